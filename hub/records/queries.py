"""Reading the audit record: administrators all of it, managers and leads what concerns the bodies that they run."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import after_last_day, start_of_japan_day
from hub.people.models import Duty, Organisation, Section, Staff
from hub.records.models import AuditEntry
from hub.rooms.models import Room
from hub.security.permissions import Permission, Subject, permits
from hub.sharing.models import Sharing

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which entries: of these days (both included), older than `before_id`; with `sign_ins` also each that succeeded,
    among which all others would be hard to find."""

    first: date | None = None
    last: date | None = None
    before_id: int | None = None
    sign_ins: bool = False


@dataclass(frozen=True)
class Recorded:
    """An entry with the names of who did it, to what, and whose matter it is. `thing` is the kind of what it was done
    to; its `name` is empty where even the name may be a secret (threads, messages, cases)."""

    entry: AuditEntry
    actor: str
    organisation: str
    thing: str
    name: str
    hidden: bool  # who and whose stay unnamed: an anonymous edition is told of


def list_audit(session: Session, actor: Actor, wanted: Wanted) -> Sequence[Recorded]:
    """Up to PAGE entries, the newest first."""
    query = (
        sa.select(AuditEntry, sa.func.coalesce(Staff.name, ""), sa.func.coalesce(Organisation.name, ""))
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .outerjoin(Organisation, Organisation.id == AuditEntry.organisation_id)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    if not permits(actor, Permission.AUDIT_READ, Subject()):
        query = query.where(AuditEntry.organisation_id.in_(actor.managed_ids))
    rows = session.execute(query.where(*_conditions(wanted))).all()
    hidden = _of_anonymous(session, actor, [entry for entry, _actor, _organisation in rows])
    names = _names(session, [entry.subject for entry, _actor, _organisation in rows])
    return [
        Recorded(
            entry,
            "" if entry.id in hidden else who,
            "" if entry.id in hidden else organisation,
            entry.subject.partition(":")[0],
            names.get(entry.subject, ""),
            entry.id in hidden,
        )
        for entry, who, organisation in rows
    ]


def _of_anonymous(session: Session, actor: Actor, entries: Sequence[AuditEntry]) -> set[int]:
    """Entries whose time, beside the edition's, would tell its author to those who are not of the author's body: they
    take the way of `sharing.unmask`, with a reason."""
    about = {entry.id: entry for entry in entries if entry.subject.startswith("sharing:")}
    about = {id_: e for id_, e in about.items() if e.organisation_id not in actor.organisation_ids | actor.managed_ids}
    ids = {int(entry.subject.partition(":")[2]) for entry in about.values()}
    anonymous = set(session.scalars(sa.select(Sharing.id).where(Sharing.id.in_(ids), Sharing.anonymous)))
    return {id_ for id_, entry in about.items() if int(entry.subject.partition(":")[2]) in anonymous}


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = []
    if wanted.first is not None:
        found.append(AuditEntry.at >= start_of_japan_day(wanted.first))
    if wanted.last is not None:
        found.append(AuditEntry.at < after_last_day(wanted.last))
    if wanted.before_id is not None:
        found.append(AuditEntry.id < wanted.before_id)
    if not wanted.sign_ins:
        found.append(AuditEntry.action != "sign_in.began")
    return found


def _names(session: Session, subjects: Iterable[str]) -> dict[str, str]:
    """By subject, for people, bodies, duties and rooms."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        kind, _colon, number = subject.partition(":")
        if number.isdigit():
            ids[kind].add(int(number))
    duties = sa.select(Duty.id, Section.name + " " + Duty.name).join(Section, Section.id == Duty.section_id)
    queries = {
        "staff": sa.select(Staff.id, Staff.name).where(Staff.id.in_(ids["staff"])),
        "organisation": sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids["organisation"])),
        "duty": duties.where(Duty.id.in_(ids["duty"])),
        "room": sa.select(Room.id, Room.name).where(Room.id.in_(ids["room"])),
    }
    return {f"{kind}:{id_}": name for kind, query in queries.items() for id_, name in session.execute(query)}
