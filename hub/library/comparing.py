"""Cases side by side, and one case on one page for somebody who has a minute."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.library.band_words import population_names
from hub.library.bands import POPULATION, UNKNOWN, band_of
from hub.library.content import Content
from hub.library.models import Adoption, Case
from hub.library.nearness import COPYING
from hub.library.queries import get_case_for, read_version
from hub.library.wording import in_words
from hub.people.models import Organisation

MOST = 4
# In the order of the questions that a comparison answers.
COMPARED = (
    "led_by stage level started_on ended_on fields approach effects cost_initial cost_yearly cost_note funding team "
    "alternatives rules training communication difficulties lessons next products"
).split()


@dataclass(frozen=True)
class Column:
    case: Case
    body: Organisation
    band: str
    content: Content
    adopters: int


def compare_cases(session: Session, actor: Actor, ids: list[int]) -> list[Column]:
    """Up to four published cases, in the order asked for and each once; what may not be read is left out."""
    found = []
    for case_id in ids[:MOST]:
        try:
            place = get_case_for(session, actor, case_id)
        except NotFound:
            continue
        if place.case.published_version is None:
            continue
        content = read_version(session, place.case, place.case.published_version)[1]
        found.append(Column(place.case, place.organisation, _band(place.organisation), in_words(content), 0))
    counts = _adopters(session, [column.case.id for column in found])
    return [Column(c.case, c.body, c.band, c.content, counts.get(c.case.id, 0)) for c in found]


def _band(body: Organisation) -> str:
    band = band_of(body.population, POPULATION)
    return population_names()[UNKNOWN if band is None else str(band)]


def _adopters(session: Session, ids: list[int]) -> dict[int, int]:
    query = sa.select(Adoption.case_id, sa.func.count()).where(Adoption.case_id.in_(ids), COPYING)
    return dict(session.execute(query.group_by(Adoption.case_id)).all()) if ids else {}


def rows_with_content(columns: list[Column]) -> list[str]:
    """The fields that at least one of the compared cases fills in."""
    return [name for name in COMPARED if any(_filled(getattr(c.content, name)) for c in columns)]


def _filled(value: object) -> bool:
    return value is not None and value not in ("", ())
