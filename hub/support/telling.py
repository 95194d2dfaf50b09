"""What stands on a page of the timeline, in words: one statement or two for each kind, however many rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, aliased

from hub.actor import Actor
from hub.library.models import Adoption, Case
from hub.library.wording import adoption_names
from hub.people.authors import AuthorKey, authors
from hub.people.models import Organisation
from hub.support.models import Contact, Fact, PlanChange
from hub.support.queries import Karte
from hub.support.timeline import Mark, Timeline
from hub.support.wording import fact_title, fact_words, state_names, way_names
from hub.threads.consultations.models import Turn
from hub.threads.models import Thread
from hub.threads.wording import thread_title
from hub.visits.models import Visit
from hub.visits.queries import title_for
from hub.visits.wording import state_names as visit_states

Key = tuple[int, int]


@dataclass(frozen=True)
class Entry:
    """`label`: what became of it; `head`: what it is; `link`: where it stands."""

    kind: str
    at: datetime
    label: str
    head: str
    link: str
    text: str = ""
    why: str = ""
    day: date | None = None
    by: str = ""


def entries_of(session: Session, actor: Actor, karte: Karte, timeline: Timeline) -> list[Entry]:
    told: dict[tuple[str, Key], Entry] = {}
    for kind, tell in TELLERS.items():
        if marks := [mark for mark in timeline.marks if mark.kind == kind]:
            told |= {(kind, key): entry for key, entry in tell(session, actor, karte, marks).items()}
    return [told[mark.kind, (mark.id, mark.number)] for mark in timeline.marks]


def _facts(session: Session, _actor: Actor, karte: Karte, marks: Sequence[Mark]) -> dict[Key, Entry]:
    facts = session.scalars(sa.select(Fact).where(Fact.id.in_([m.id for m in marks]))).all()
    names, base = _names(session, facts), f"/support/{karte.organisation.id}/facts/"
    return {
        (f.id, 0): Entry(
            "facts",
            f.recorded_at,
            _("記録") if f.number == 1 else _("訂正"),
            fact_title(f.name, f.item),
            f"{base}{f.name}" + (f"?item={f.item}" if f.item else ""),
            fact_words(f),
            f.why,
            by=name,
        )
        for f, name in zip(facts, names, strict=True)
    }


def _plan(session: Session, _actor: Actor, _karte: Karte, marks: Sequence[Mark]) -> dict[Key, Entry]:
    query = sa.select(PlanChange).where(PlanChange.item_id.in_({m.id for m in marks}))
    wanted = {(m.id, m.number) for m in marks}
    changes = [c for c in session.scalars(query) if (c.item_id, c.number) in wanted]
    states = state_names()
    return {
        (c.item_id, c.number): Entry(
            "plan",
            c.recorded_at,
            states[c.state] if c.number > 1 else _("計画"),
            c.title,
            f"/support/plan/{c.item_id}",
            why=c.why,
            day=c.due_on,
            by=name,
        )
        for c, name in zip(changes, _names(session, changes), strict=True)
    }


def _contacts(session: Session, _actor: Actor, _karte: Karte, marks: Sequence[Mark]) -> dict[Key, Entry]:
    contacts = session.scalars(sa.select(Contact).where(Contact.id.in_([m.id for m in marks]))).all()
    ways, names = way_names(), _names(session, contacts)
    return {
        (c.id, 0): Entry(
            "contacts", c.held_at, ways[c.way], c.people, f"/support/contacts/{c.id}", c.agreed, c.why, by=name
        )
        for c, name in zip(contacts, names, strict=True)
    }


def _consultations(session: Session, _actor: Actor, _karte: Karte, marks: Sequence[Mark]) -> dict[Key, Entry]:
    wanted = {(m.id, m.number) for m in marks}
    query = (
        sa.select(Turn, Thread).join(Thread, Thread.id == Turn.thread_id).where(Thread.id.in_({m.id for m in marks}))
    )
    rows = [(turn, thread) for turn, thread in session.execute(query) if (turn.thread_id, turn.number) in wanted]
    return {(t.thread_id, t.number): _turn(t, thread) for t, thread in rows}


def _turn(turn: Turn, thread: Thread) -> Entry:
    became = {"answered": _("回答"), "closed": _("相談の終了")}.get(turn.state, _("相談"))
    label = _("相談") if turn.number == 1 else became
    return Entry("consultations", turn.from_at, label, thread_title(thread), f"/threads/{thread.id}")


def _adoptions(session: Session, _actor: Actor, _karte: Karte, marks: Sequence[Mark]) -> dict[Key, Entry]:
    query = sa.select(Adoption, Case.title).join(Case, Case.id == Adoption.case_id)
    states = adoption_names()
    return {
        (a.id, 0): Entry("adoptions", a.updated_at, states[a.state], title, f"/cases/{a.case_id}", a.reason)
        for a, title in session.execute(query.where(Adoption.id.in_([m.id for m in marks])))
    }


def _visits(session: Session, actor: Actor, _karte: Karte, marks: Sequence[Mark]) -> dict[Key, Entry]:
    came, asked = aliased(Organisation), aliased(Organisation)
    query = (
        sa.select(Visit, Case, came.name, asked.name)
        .join(Case, Case.id == Visit.case_id)
        .join(came, came.id == Visit.organisation_id)
        .join(asked, asked.id == Case.organisation_id)
        .where(Visit.id.in_([m.id for m in marks]))
    )
    states, found = visit_states(), {}
    for visit, case, visitor, host in session.execute(query):
        head = _("%(visitor)sから%(host)sへの視察", visitor=visitor, host=host)
        title = title_for(actor, case)
        entry = Entry("visits", visit.created_at, states[visit.state], head, f"/visits/{visit.id}", title)
        found[visit.id, 0] = entry
    return found


def _names(session: Session, rows: Iterable[Any]) -> list[str]:
    """Who said each."""
    keys = [AuthorKey(row.staff_id, row.posting_id, row.writer_name) for row in rows]
    people = authors(session, keys) if keys else {}
    return [f"{people[key]['organisation']} {people[key]['name']}" for key in keys]


TELLERS: dict[str, Callable[[Session, Actor, Karte, Sequence[Mark]], dict[Key, Entry]]] = {
    "facts": _facts,
    "plan": _plan,
    "contacts": _contacts,
    "consultations": _consultations,
    "adoptions": _adoptions,
    "visits": _visits,
}
