"""How an author is shown: the person, in the organisation of the posting in which they wrote."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypedDict, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor, Side
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
    """Authors for many written things, in two queries."""
    wanted = set(keys)
    names = dict(
        session.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_({k.staff_id for k in wanted}))).all()
    )
    query = (
        sa.select(Posting.id, Organisation)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Posting.id.in_({k.posting_id for k in wanted}))
    )
    bodies = dict(session.execute(query).all())
    return {key: _author(key, names[key.staff_id], bodies[key.posting_id]) for key in wanted}


def _author(key: AuthorKey, name: str, organisation: Organisation) -> Author:
    return {
        "staff_id": str(key.staff_id),
        "name": f"{organisation.name}({key.writer_name})" if key.writer_name else name,
        "organisation_id": str(organisation.id),
        "organisation": organisation.name,
        "side": cast(Side, organisation.side),
    }
