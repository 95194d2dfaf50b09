"""`staff import`, on the command line and on its page: people of many bodies from one table. Every fault is told with
its row; one fault, nothing written."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.postings import not_over, overlapping
from hub.accounts.staff_rows import Person, checked_people
from hub.actor import Actor
from hub.clock import utc_now
from hub.events.happenings import happened
from hub.people.happenings import StaffImported
from hub.people.models import Posting, Section, Staff
from hub.sheets.reading import Sheet

TOLD_EVERY = 1_000  # rows between two lines of progress


@dataclass(frozen=True)
class Planned:
    """What would become of a row: new (an account), posted (a further posting of somebody known), changed, same."""

    person: Person
    fate: str
    new_section: bool


@dataclass(frozen=True)
class StaffPlan:
    rows: list[Planned]
    counts: Counter[str]
    new_sections: list[tuple[str, str]] = field(default_factory=list)  # body and section
    notes: list[str] = field(default_factory=list)


def import_staff(session: Session, sheet: Sheet, progress: Callable[[str], None]) -> int:
    """Add people, or give known ones (by e-mail) their new name and posting. Returns how many rows were taken.

    Raises ImportFault.
    """
    people = checked_people(session, sheet)
    put_people(session, people, progress)
    return len(people)


def put_people(
    session: Session,
    people: list[Person],
    progress: Callable[[str], None] = lambda _line: None,
    actor: Actor | None = None,
) -> None:
    put = defaultdict[int, list[int]](list)
    for number, person in enumerate(people, start=1):
        put[person.organisation.id].append(_put(session, person))
        if number % TOLD_EVERY == 0:
            progress(f"{number} / {len(people)}")
    for organisation_id, staff_ids in put.items():
        imported = StaffImported(
            organisation_id=organisation_id, staff_ids=tuple(staff_ids), detail={"rows": len(staff_ids)}
        )
        happened(session, actor, imported)


def plan_staff(session: Session, sheet: Sheet) -> StaffPlan:
    """What an import would do. Nothing is written. Raises ImportFault."""
    people = checked_people(session, sheet)
    staff = {s.email: s for s in session.scalars(sa.select(Staff).where(Staff.email.in_({p.email for p in people})))}
    sections = {(s.organisation_id, s.name): s.id for s in session.scalars(sa.select(Section))}
    rows, made = [], dict[tuple[str, str], None]()
    seen: set[str] = set()
    for person in people:
        section_id = sections.get((person.organisation.id, person.section_name))
        if section_id is None:
            made[person.organisation.name, person.section_name] = None
        known = staff.get(person.email)
        fate = "new" if known is None else _fate(session, known, section_id, person)
        if known is None and person.email in seen:
            fate = "posted"
        seen.add(person.email)
        rows.append(Planned(person, fate, section_id is None))
    return StaffPlan(rows, Counter(row.fate for row in rows), list(made), sheet.notes)


def _fate(session: Session, known: Staff, section_id: int | None, person: Person) -> str:
    posting = _posting_meant(session, known.id, section_id, person) if section_id is not None else None
    if posting is None:
        return "posted"
    said = (person.name, person.kana or known.kana, person.extension or known.extension)
    stands = (known.name, known.kana, known.extension)
    same = (posting.role, posting.until_at) == (person.role, person.until_at)
    return "same" if same and said == stands else "changed"


def _put(session: Session, person: Person) -> int:
    """Returns whose account it is."""
    staff = session.scalars(sa.select(Staff).where(Staff.email == person.email)).first()
    if staff is None:
        staff = Staff(email=person.email, name=person.name, created_at=utc_now(), shared=person.shared)
        session.add(staff)
    staff.name, staff.kana = person.name, person.kana or staff.kana or ""
    staff.extension = person.extension or staff.extension or ""
    wanted = {"organisation_id": person.organisation.id, "name": person.section_name}
    section = session.scalars(sa.select(Section).filter_by(**wanted)).first()
    if section is None:
        section = Section(**wanted)
        session.add(section)
    session.flush()
    posting = _posting_meant(session, staff.id, section.id, person)
    if posting is None:
        posting = Posting(staff_id=staff.id, section_id=section.id, from_at=person.from_at)
        session.add(posting)
    posting.role, posting.until_at = person.role, person.until_at
    return staff.id


def _posting_meant(session: Session, staff_id: int, section_id: int, person: Person) -> Posting | None:
    """The posting that the row is about: one that is not over, or is over just as the row says. What ended otherwise
    stays history. Of several the last one, so that a new end cannot run into a later posting."""
    query = overlapping(staff_id, section_id, person.from_at, person.until_at)
    query = query.where(sa.or_(not_over(), Posting.until_at == person.until_at))
    return session.scalars(query.order_by(Posting.from_at.desc())).first()
