"""Ways in which the things of the permission matrix are closed, by the names that its lines use for them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.access_changes import raise_access_version
from hub.clock import japan_today, utc_now
from hub.events.happenings import happened
from hub.files.models import Attachment
from hub.library.happenings import CaseUnpublished
from hub.library.models import Adoption, Case, CaseEnding
from hub.library.room import follow_case
from hub.people.models import OneTimeLink, Organisation, Posting, SignIn, Staff
from hub.rooms.models import Room
from hub.security.sessions import hash_token
from hub.sharing.models import Sharing
from hub.spreading.models import ChecklistItem
from hub.support.models import Contact, PlanItem
from hub.threads.models import Message, Thread
from hub.visits.models import Visit
from tests.factories import World

Close = Callable[[Session, World, Any], None]


def _set(model: type[Any], **values: Any) -> Close:
    def close(session: Session, _world: World, id_: Any) -> None:
        row = session.get_one(model, int(id_))
        for name, value in values.items():
            setattr(row, name, value() if callable(value) else value)

    return close


def _via(find: Callable[[Session, int], int], close: Close) -> Close:
    """Of a thing that stands in, or belongs to, the one that is closed."""
    return lambda session, world, id_: close(session, world, find(session, int(id_)))


def _body_of(model: type[Any]) -> Callable[[Session, int], int]:
    return lambda session, id_: int(session.get_one(model, id_).organisation_id)


def _room_of(session: Session, thread_id: int) -> int:
    return session.get_one(Thread, thread_id).room_id


def _thread_of(session: Session, message_id: int) -> int:
    return session.get_one(Message, message_id).thread_id


def _message_of(session: Session, attachment_id: int) -> int:
    return session.get_one(Attachment, attachment_id).message_id or 0


def _case_of(session: Session, adoption_id: int) -> int:
    return session.get_one(Adoption, adoption_id).case_id


def _archive_target(session: Session, sharing_id: int) -> None:
    """The room to which an edition would go."""
    target = session.get_one(Sharing, sharing_id).room_id
    if target:
        session.get_one(Room, target).archived_at = utc_now()


def withdraw(session: Session, world: World, id_: Any) -> None:
    case = session.get_one(Case, int(id_))
    lead = world.actor("lead")
    happened(session, lead, CaseUnpublished(case_id=case.id, withdrawn_by=lead.organisation_id))
    case.published_version = case.approved_version = None
    case.status = "withdrawn"
    follow_case(session, case)


def end(session: Session, _world: World, id_: Any) -> None:
    case = session.get_one(Case, int(id_))
    case.status, case.ended_said_on = "ended", japan_today()
    if session.get(CaseEnding, int(id_)) is None:
        session.add(CaseEnding(case_id=int(id_), ended_at=utc_now()))


def leave(session: Session, world: World, id_: Any) -> None:
    _set(Organisation, member=False)(session, world, id_)


def use_up(session: Session, _world: World, token: Any) -> None:
    used = sa.update(OneTimeLink).where(OneTimeLink.token_hash == hash_token(str(token)))
    session.execute(used.values(used_at=utc_now()))


lock, archive = _set(Thread, locked_at=utc_now), _set(Room, archived_at=utc_now)
delete, redact = _set(Message, deleted_at=utc_now), _set(Message, redacted_at=utc_now)
disable = _set(Staff, disabled_at=utc_now)
THREAD = {"locked": lock, "archived": _via(_room_of, archive)}
THREAD["edition taken back"] = _set(Thread, edition="withdrawn", locked_at=utc_now)
MESSAGE = {name: _via(_thread_of, close) for name, close in THREAD.items()} | {"deleted": delete, "redacted": redact}
CASE = {"withdrawn": withdraw, "ended": end}
SHARING = {
    "taken back": _set(Sharing, state="withdrawn"),
    "gone out": _set(Sharing, state="out"),
    "target archived": lambda session, _world, id_: _archive_target(session, int(id_)),
}
VISIT = {
    "visit withdrawn": _set(Visit, state="withdrawn", agreed_on=None),
    "visit declined": _set(Visit, state="declined", agreed_on=None),
    "visit over": _set(Visit, state="done", agreed_on=date(2020, 1, 1)),
    "case withdrawn": lambda session, world, id_: withdraw(session, world, session.get_one(Visit, int(id_)).case_id),
}
ADOPTION = {name: _via(_case_of, close) for name, close in CASE.items()}

CLOSING: dict[str, dict[str, Close]] = {
    **dict.fromkeys(("thread", "summarised", "charged", "recorded"), THREAD),
    "message": MESSAGE,
    "file": {name: _via(_message_of, close) for name, close in MESSAGE.items()},
    **dict.fromkeys(("room", "circle", "visited"), {"archived": archive}),
    "commons": {"target archived": archive},
    **dict.fromkeys(("draft", "review", "agreed"), {"back with its body": withdraw, "ended": end}),
    **dict.fromkeys(("out", "over", "copied", "wide", "taken", "earlier", "any_case"), CASE),
    **dict.fromkeys(("proposed", "unheard", "thanked"), ADOPTION),
    "item": {"retired": _set(ChecklistItem, retired_at=utc_now)},
    **dict.fromkeys(("preparing", "asked"), SHARING),
    "case_sharing": {name: close for name, close in SHARING.items() if name != "target archived"},
    "shared": {"taken back": SHARING["taken back"]},
    **dict.fromkeys(("visit", "visit_over"), VISIT),
    "plan_item": {"plan over": _set(PlanItem, state="done"), "left": _via(_body_of(PlanItem), leave)},
    "contact": {"corrected": _set(Contact, newest=False), "left": _via(_body_of(Contact), leave)},
    **dict.fromkeys(("posting", "second"), {"posting over": _set(Posting, until_at=utc_now)}),
    **dict.fromkeys(("author", "newcomer", "guest"), {"stopped": disable}),
    **dict.fromkeys(("organisation", "town"), {"left": leave}),
    "sign_in": {"signed out": _set(SignIn, ended_at=utc_now)},
    **dict.fromkeys(("invitation", "reset"), {"used": use_up}),
}
# Nothing ends these but taking them away, and what is not there is the permission matrix's matter.
ENDLESS = frozenset(
    "new own_upload saved entry collection field tag tag_group basis other_basis section duty dx_duty failed_job "
    "mail_ending "
    "an_hour_ago unreached working_day year".split()
)


def close(world: World, name: str, state: str, id_: str) -> None:
    with world.store.transaction() as session:
        CLOSING[name][state](session, world, id_)
        raise_access_version(session)
