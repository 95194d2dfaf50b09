"""A karte is fetched THROUGH the actor: the municipality itself and the DX section read it, nobody else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.people.authors import Author, AuthorKey, authors
from hub.people.models import Organisation
from hub.security.permissions import Permission, Subject, permits
from hub.shown import Shown, first_of
from hub.support.models import Fact

MOST_EARLIER = 50


@dataclass(frozen=True)
class Karte:
    """`subject` is what the policy is asked of it."""

    organisation: Organisation
    subject: Subject


def get_karte_for(session: Session, actor: Actor, organisation_id: int, *, lock: bool = False) -> Karte:
    """Raises NotFound when it is no municipality that takes part, or not the actor's matter. `lock`: who writes what
    follows one another in a karte waits for whoever is faster."""
    locked: dict[str, Any] = {"with_for_update": {"key_share": True}} if lock else {}
    organisation = session.get(Organisation, organisation_id, **locked)
    if organisation is None or organisation.side != "municipality":
        raise NotFound
    subject = Subject(organisation_id=organisation.id)
    if not permits(actor, Permission.KARTE_READ, subject):
        raise NotFound
    return Karte(organisation, subject)


def list_kartes(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The municipalities whose kartes the actor reads, by 団体コード."""
    query = sa.select(Organisation).where(Organisation.member, Organisation.kind != "県")
    rows = session.scalars(query.order_by(Organisation.code, Organisation.id))
    return [row for row in rows if permits(actor, Permission.KARTE_READ, Subject(organisation_id=row.id))]


@dataclass(frozen=True)
class Statement:
    fact: Fact
    by: Author


def newest_facts(session: Session, karte: Karte) -> dict[tuple[str, str], Statement]:
    """By name and item, what holds now: also that something no longer does."""
    query = sa.select(Fact).where(Fact.organisation_id == karte.organisation.id, Fact.newest)
    return {(s.fact.name, s.fact.item): s for s in _statements(session, session.scalars(query))}


def newest_fact(session: Session, karte: Karte, name: str, item: str) -> Fact | None:
    return session.scalars(_of(karte, name, item).where(Fact.newest)).first()


def list_statements(session: Session, karte: Karte, name: str, item: str, *, whole: bool = False) -> Shown[Statement]:
    """What was said of one thing, the newest first."""
    query = first_of(_of(karte, name, item).order_by(Fact.number.desc()), MOST_EARLIER, whole)
    return Shown(_statements(session, session.scalars(query)), MOST_EARLIER, whole)


def _of(karte: Karte, name: str, item: str) -> sa.Select[Fact]:
    mine = Fact.organisation_id == karte.organisation.id
    return sa.select(Fact).where(mine, Fact.name == name, Fact.item == item)


def _statements(session: Session, rows: Iterable[Fact]) -> list[Statement]:
    facts = list(rows)
    keys = [AuthorKey(f.staff_id, f.posting_id, f.writer_name) for f in facts]
    people = authors(session, keys) if keys else {}
    return [Statement(fact, people[key]) for fact, key in zip(facts, keys, strict=True)]
