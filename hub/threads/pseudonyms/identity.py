"""Who somebody is in a thread. In an anonymous edition those who hide are known by an alias alone; everywhere else
people are themselves (ADR 15)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.people.models import Organisation, Posting, Section, Staff
from hub.statements import among
from hub.threads.above import above
from hub.threads.pseudonyms.accounts import SECTION
from hub.threads.pseudonyms.models import Alias

_ANONYMOUS = sa.select(Alias.thread_id).distinct().where(among(Alias.thread_id, "threads"))
_ALIASES = sa.select(Alias).where(Alias.thread_id == sa.bindparam("thread"))


class Identity(NamedTuple):
    """`hides`: the person may not appear in the thread under their own name. `alias`: the one they have there.
    `anonymous`: somebody hides in the thread."""

    hides: bool
    alias: Alias | None
    anonymous: bool = False


def identity_in(session: Session, actor: Actor, thread_id: int) -> Identity:
    """Who the actor is in a thread now. One question for every thread that is no anonymous edition."""
    aliases = session.scalars(_ALIASES, {"thread": thread_id}).all()
    if not aliases:
        return Identity(False, None)
    alias = next((one for one in aliases if one.staff_id == actor.staff_id), None)
    return Identity(alias is not None or above().hides(session, actor, thread_id), alias, anonymous=True)


def anonymous_among(session: Session, thread_ids: Iterable[int]) -> set[int]:
    """Those of the threads in which somebody hides."""
    return set(session.connection().execute(_ANONYMOUS, {"threads": thread_ids}).scalars())


def as_known_in(session: Session, actor: Actor, thread_id: int) -> Actor:
    """The actor as the thread knows them so far: for pages, which write nothing."""
    alias = identity_in(session, actor, thread_id).alias
    return as_alias(session, actor, alias) if alias else actor


def as_alias(session: Session, actor: Actor, alias: Alias) -> Actor:
    """The actor with the alias's name, organisation and ids; what they may read and do is unchanged."""
    staff = session.get_one(Staff, alias.alias_id)
    query = sa.select(Organisation).join(Section, Section.organisation_id == Organisation.id)
    organisation = session.scalars(
        query.join(Posting, Posting.section_id == Section.id).where(Posting.id == alias.alias_posting_id)
    ).one()
    return replace(
        actor,
        staff_id=alias.alias_id,
        posting_id=alias.alias_posting_id,
        name=staff.name,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        section_name=SECTION,
        shared=False,
        writer_name="",
    )


def own_aliases(actor: Actor) -> sa.Select[int]:
    """Under which other ids the actor is called and replied to. For the actor's own eyes alone."""
    return sa.select(Alias.alias_id).where(Alias.staff_id == actor.staff_id)
