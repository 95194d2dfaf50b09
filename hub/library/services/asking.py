"""担当者に聞く: a question to those behind a case, answered once and read by all its readers."""

from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import pgettext
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.queries import readers_of
from hub.audiences.wording import describe_readers
from hub.clock import japan_today, utc_now
from hub.errors import Closed, Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import AskAboutCase, PauseQuestions
from hub.library.happenings import QuestionsPaused
from hub.library.models import Adoption, Case
from hub.library.queries import Place, get_case_for, holders_of, reading_subject
from hub.library.room import ensure_room, follow_case, is_paused, room_audience
from hub.people.models import Organisation, Posting, Section
from hub.rooms.models import Room
from hub.rooms.queries import support_room_of
from hub.security.permissions import Permission, require
from hub.threads.commands import OpenThread
from hub.threads.composing import Composer, draft_of
from hub.threads.happenings import Call, QuestionAsked
from hub.threads.models import Draft
from hub.threads.services.posting import open_thread

HEAD_CHARS = 500  # for the line that says which case is meant


def ask_about_case(session: Session, actor: Actor, command: AskAboutCase) -> Receipt:
    """Begin a thread in the case's room, which the first question makes, and tell those who answer for the case.

    About a case whose body takes no part the prefecture is asked, in the support room of the asker's town. Raises
    NotFound, Forbidden, Closed while the owner takes no questions, ValidationFailed.
    """
    place = get_askable_case(session, actor, command.case_id, lock=True)
    if not place.organisation.member:
        receipt = _ask_prefecture(session, actor, place, command)
    else:
        if is_paused(place.case):
            raise Closed(closed_words())
        room = ensure_room(session, place.case)
        opened = OpenThread(room.id, "talk", command.body, command.client_id, title=command.title)
        receipt = open_thread(session, actor, replace(opened, attachment_ids=command.attachment_ids))
        _tell(session, actor, place, room.id, receipt)
    session.execute(sa.delete(Draft).filter_by(staff_id=actor.staff_id, place=f"case:{place.case.id}"))
    return receipt


def get_askable_case(session: Session, actor: Actor, case_id: int, *, lock: bool = False) -> Place:
    """The case, for those who may ask about it. Raises NotFound, Forbidden."""
    place = get_case_for(session, actor, case_id, lock=lock)
    require(actor, Permission.CASE_ASK, reading_subject(actor, place))
    if place.case.published_version is None:
        raise Forbidden
    return place


def question_composer(session: Session, actor: Actor, case_id: int, to: int | None = None) -> Composer:
    """The form for a question about a case, with the reader's own draft in it, or addressed `to` a body that has taken
    the case up. It says so when no questions are taken,
    and loses nothing. Raises NotFound, Forbidden."""
    place = get_askable_case(session, actor, case_id)
    case, member, draft = place.case, place.organisation.member, f"case:{case_id}"
    audience_id = room_audience(session, case) if member else _support_room(session, actor).audience_id
    readers = describe_readers(readers_of(session, audience_id))
    path = [("/cases", pgettext("several", "事例")), (f"/cases/{case_id}", case.title)]
    values = {"body": draft_of(session, actor, draft) or _addressed(session, case, to)}
    composer = Composer("question", f"{path[-1][0]}/questions", draft, None, readers, path, None, values)
    composer.reserved = 0 if member else HEAD_CHARS
    composer.closed = closed_words() if member and is_paused(case) else ""
    return composer


def _addressed(session: Session, case: Case, to: int | None) -> str:
    """The call of the body that is asked: everybody who reads the case reads the question, its people are told."""
    if to is None:
        return ""
    query = sa.select(Organisation.name).join(Adoption, Adoption.organisation_id == Organisation.id)
    query = query.where(Adoption.case_id == case.id, Adoption.confirmed_at.is_not(None), Organisation.id == to)
    name = session.scalars(query).first()
    return f"@{name} " if name else ""


def closed_words() -> str:
    return _("現在、この事例への質問は受け付けていません。")


def _tell(session: Session, actor: Actor, place: Place, room_id: int, receipt: Receipt) -> None:
    """Entries in the inboxes of the contact duty's holders, or of the managers while nobody holds it. A repeated
    question has no event and tells nobody twice."""
    if receipt.event is None:
        return
    message_id, thread_id = int(receipt.data["message_id"]), int(receipt.data["thread_id"])
    holders = holders_of(session, place.case.contact_duty_id) or _managers(session, place.organisation.id)
    calls = tuple(Call(staff_id, "question") for staff_id in sorted(holders - {actor.staff_id}))
    happened(session, actor, QuestionAsked(message_id, thread_id, room_id, calls))


def _managers(session: Session, organisation_id: int) -> set[int]:
    now = utc_now()
    query = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id)
    query = query.where(Section.organisation_id == organisation_id, Posting.role == "manager", Posting.from_at <= now)
    return set(session.scalars(query.where(sa.or_(Posting.until_at.is_(None), Posting.until_at > now))))


def _ask_prefecture(session: Session, actor: Actor, place: Place, command: AskAboutCase) -> Receipt:
    room = _support_room(session, actor)
    # Stored, so only names and no words: whoever reads it may read another language than whoever asks.
    head = f"「{place.case.title}」({place.organisation.name})"
    body = f"{head}\n\n{command.body}" if command.body.strip() else command.body
    title = command.title or f"「{place.case.title[:80]}」"
    opened = OpenThread(room.id, "consultation", body, command.client_id, title=title)
    return open_thread(session, actor, replace(opened, attachment_ids=command.attachment_ids))


def _support_room(session: Session, actor: Actor) -> Room:
    room = support_room_of(session, actor.organisation_id)
    if room is None:
        raise Forbidden
    return room


def pause_questions(session: Session, actor: Actor, command: PauseQuestions) -> Receipt:
    """受付停止中 until a day, or open again. Answers in threads that have begun go on. Raises ValidationFailed."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_PAUSE, place.subject)
    if command.until is not None and command.until < japan_today():
        raise ValidationFailed({"until": _("明日以降の日を選んでください。")})
    place.case.paused_until = command.until
    follow_case(session, place.case)
    detail = {"until": command.until.isoformat() if command.until else ""}
    case_id, organisation_id = place.case.id, place.organisation.id
    happened(session, actor, QuestionsPaused(case_id=case_id, organisation_id=organisation_id, detail=detail))
    return Receipt()
