"""The texts of a case, for finding what goes out with them."""

from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from typing import Any

from sqlalchemy.orm import Session

from hub.library.content import NAMES, Content
from hub.library.queries import Place
from hub.sharing.details import Known
from hub.sharing.queries import Shared, common, known_bodies, known_names, names_of_body, registered


def case_texts(content: Content) -> Iterator[tuple[str, str]]:
    """(field, text) of every field that says something; rows are put on one line each."""
    for name in NAMES:
        value = getattr(content, name)
        text = f"{value:,}円" if name in ("cost_initial", "cost_yearly") and value else _as_text(value)
        if text:
            yield name, text


def _as_text(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(filter(None, map(_as_text, value)))
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(filter(None, map(_as_text, asdict(value).values())))
    return str(value) if value else ""


def known_of_case(session: Session, place: Place, origin: Shared | None) -> Known:
    """Whom to look for: the people of the consultation where the reader may know it, else those of the case's body."""
    if origin is not None:
        return known_names(session, origin.place)
    people = names_of_body(session, place.organisation.id)
    return Known(people, known_bodies(session), registered(session), common(session))
