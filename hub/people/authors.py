"""How an author is shown: the person, in the organisation of the posting in which they wrote."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypedDict, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor, Side
from hub.moment import asked_once
from hub.people.models import Organisation, Posting, Section, Staff


class Author(TypedDict):
    """`name` is 「吉岡町(山田)」 for a shared account; `side` is the person's side of a consultation."""

    staff_id: str
    name: str
    organisation_id: str
    organisation: str
    side: Literal["municipality", "prefecture", "outside"]


class AuthorKey(NamedTuple):
    """What a written thing keeps of its author. `writer_name` is what a shared account typed as 記入者名."""

    staff_id: int
    posting_id: int
    writer_name: str = ""


def author_of_actor(actor: Actor) -> Author:
    """The author of what the actor writes now."""
    return {
        "staff_id": str(actor.staff_id),
        "name": actor.displayed_name,
        "organisation_id": str(actor.organisation_id),
        "organisation": actor.organisation_name,
        "side": actor.side,
    }


def authors(session: Session, keys: Iterable[AuthorKey]) -> dict[AuthorKey, Author]:
    """Authors for many written things, in two queries. A page shows the same people in several places: in a session for
    reading each is asked for once."""
    wanted = set(keys)
    names: dict[int, str] = asked_once(session, "names", dict)
    bodies: dict[int, Organisation] = asked_once(session, "bodies", dict)
    if people := {key.staff_id for key in wanted} - names.keys():
        names |= dict(session.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(people))).all())
    if postings := {key.posting_id for key in wanted} - bodies.keys():
        bodies |= dict(session.execute(_BODIES.where(Posting.id.in_(postings))).all())
    return {key: _author(key, names[key.staff_id], bodies[key.posting_id]) for key in wanted}


_BODIES = (
    sa.select(Posting.id, Organisation)
    .join(Section, Section.id == Posting.section_id)
    .join(Organisation, Organisation.id == Section.organisation_id)
)


def _author(key: AuthorKey, name: str, organisation: Organisation) -> Author:
    return {
        "staff_id": str(key.staff_id),
        "name": f"{organisation.name}({key.writer_name})" if key.writer_name else name,
        "organisation_id": str(organisation.id),
        "organisation": organisation.name,
        "side": cast(Side, organisation.side),
    }
