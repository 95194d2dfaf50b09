"""Everything that the page of one case shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.actor import Actor
from hub.clock import japan_today
from hub.errors import NotFound
from hub.library.band_words import population_names
from hub.library.bands import POPULATION, UNKNOWN, band_of
from hub.library.bases import changed_bases_of
from hub.library.collections import list_collections_of
from hub.library.content import Content, completeness, missing
from hub.library.freshness import due_on, overdue
from hub.library.models import Adoption, Basis, Bookmark, Case, CaseComment, CaseVersion, Collection, Thanks
from hub.library.queries import Place, duties_of, get_case_for, holders_of, read_version, seen_by_readers
from hub.library.room import QuestionRow, is_paused, list_questions
from hub.library.wording import interval_words
from hub.people.models import Duty, Organisation, Section, Staff
from hub.security.permissions import Permission, permits
from hub.shown import Shown


@dataclass(frozen=True)
class AdoptionRow:
    adoption: Adoption
    body: Organisation
    teacher: str  # whom it learned from, or nothing

    @property
    def costed(self) -> bool:
        """Whether it says what it cost, in money or in days."""
        return self.adoption.cost_yen is not None or self.adoption.person_days is not None


@dataclass(frozen=True)
class Contact:
    """Who answers: the duty and its holders of today; none for outsiders, who are asked through the prefecture."""

    duty: str = ""
    people: list[str] = field(default_factory=list)


@dataclass
class CaseView:
    place: Place
    version: CaseVersion
    content: Content
    band: str
    contact: Contact
    overdue: bool
    due: date | None
    interval: str  # after which it is due again, in words
    adoptions: list[AdoptionRow]
    own: AdoptionRow | None  # what the reader's body does, proposals included
    thanks: int
    thanked: bool
    marked: bool
    changed_bases: list[Basis] = field(default_factory=list)
    questions: Shown[QuestionRow] | None = None
    collections: Sequence[Collection] = ()
    paused: bool = False
    comments: list[tuple[CaseComment, str]] = field(default_factory=list)
    per_cent: int = 0
    missing: list[str] = field(default_factory=list)
    duties: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_published(self) -> bool:
        return self.place.case.published_version == self.version.number


def view_case(
    session: Session, actor: Actor, case_id: int, number: int | None = None, *, whole: bool = False
) -> CaseView:
    """The published version, or the newest one for those who work on a case that has none; or version `number`, which
    readers may see only when it was published for them; `whole`: with every question. Raises NotFound."""
    place = get_case_for(session, actor, case_id)
    case, body = place.case, place.organisation
    version, content = read_version(session, case, number or case.published_version or case.version)
    if not place.works and (version.published_at is None or version.number < case.readers_from):
        raise NotFound
    adoptions = list_adoptions(session, case.id)
    view = CaseView(
        place=place,
        version=version,
        content=content,
        band=_band(body),
        contact=_contact(session, case.contact_duty_id),
        overdue=overdue(case, body, japan_today()),
        due=due_on(case, body),
        interval=interval_words(case.confirm_every_months),
        adoptions=[row for row in adoptions if row.adoption.confirmed_at is not None],
        own=next((row for row in adoptions if row.body.id == actor.organisation_id), None),
        thanks=_count(session, case.id),
        thanked=session.get(Thanks, (case.id, actor.staff_id)) is not None,
        marked=session.get(Bookmark, (actor.staff_id, case.id)) is not None,
        changed_bases=changed_bases_of(session, case.id),
        questions=list_questions(session, case, whole=whole) if case.published_version else None,
        collections=list_collections_of(session, actor, case.id),
        paused=is_paused(case),
    )
    if place.works:
        _for_those_who_work(session, actor, view)
    return view


def _for_those_who_work(session: Session, actor: Actor, view: CaseView) -> None:
    case = view.place.case
    comments = (
        sa.select(CaseComment, Staff.name)
        .join(Staff, Staff.id == CaseComment.author_id)
        .where(CaseComment.case_id == case.id)
        .order_by(CaseComment.id.desc())
    )
    if not reads_comments(actor, view.place):
        comments = comments.where(CaseComment.author_id == actor.staff_id)
    view.comments = [(comment, name) for comment, name in session.execute(comments)]
    view.per_cent, view.missing = completeness(view.content), missing(view.content)
    view.duties = duties_of(session, case.organisation_id)


def reads_comments(actor: Actor, place: Place) -> bool:
    """Whether the actor reads what a case was sent back with: the contact duty and the DX section, and while nobody
    sits in the duty everybody who works on the case."""
    return not place.subject.holder_ids or permits(actor, Permission.CASE_COMMENTS, place.subject)


def _band(body: Organisation) -> str:
    band = band_of(body.population, POPULATION)
    return population_names()[UNKNOWN if band is None else str(band)]


def _contact(session: Session, duty_id: int | None) -> Contact:
    if duty_id is None:
        return Contact()
    section, name = session.execute(
        sa.select(Section.name, Duty.name).join(Section, Section.id == Duty.section_id).where(Duty.id == duty_id)
    ).one()
    people = sa.select(Staff.name).where(Staff.id.in_(holders_of(session, duty_id)), Staff.disabled_at.is_(None))
    return Contact(f"{section} {name}", list(session.scalars(people.order_by(Staff.kana, Staff.id))))


def list_adoptions(session: Session, case_id: int) -> list[AdoptionRow]:
    """By 団体コード: an order that is no ranking."""
    teacher = aliased(Organisation)
    query = (
        sa.select(Adoption, Organisation, teacher.name)
        .join(Organisation, Organisation.id == Adoption.organisation_id)
        .outerjoin(teacher, teacher.id == Adoption.learned_from_id)
        .where(Adoption.case_id == case_id)
        .order_by(Organisation.code.is_(None), Organisation.code, Organisation.id)
    )
    return [AdoptionRow(adoption, body, name or "") for adoption, body, name in session.execute(query)]


def _count(session: Session, case_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(Thanks).where(Thanks.case_id == case_id)
    return session.execute(query).scalar_one()


def list_versions(session: Session, place: Place) -> list[tuple[CaseVersion, str]]:
    """Newest first, with the author's name; readers get those that were published for them."""
    query = (
        sa.select(CaseVersion, Staff.name)
        .outerjoin(Staff, Staff.id == CaseVersion.author_id)
        .where(CaseVersion.case_id == place.case.id)
        .options(sa.orm.defer(CaseVersion.content))
        .order_by(CaseVersion.number.desc())
        .limit(2_000)
    )
    if not place.works:
        query = query.where(seen_by_readers(place.case))
    return [(version, name or "") for version, name in session.execute(query)]


def without_steps(rows: list[tuple[CaseVersion, str]], case: Case) -> list[tuple[CaseVersion, str]]:
    """The list that people read: of versions that one person saved shortly one after another only the last, for the
    form saves itself. What was published or agreed to always stands in it."""
    found: list[tuple[CaseVersion, str]] = []
    for version, name in rows:
        later = found[-1][0] if found else None
        if later is None or version.published_at or version.number == case.approved_version:
            found.append((version, name))
            continue
        same = (later.author_id, later.writer_name) == (version.author_id, version.writer_name)
        if not same or later.created_at - version.created_at > timedelta(minutes=30):
            found.append((version, name))
    return found
