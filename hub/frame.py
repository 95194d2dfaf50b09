"""What pages show of features that stand above their own, in one place: `hub/page.py` says what each is."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today
from hub.demo.accounts import demo_accounts
from hub.inbox.queries import count_unseen
from hub.library.endings import count_endings
from hub.library.news import count_case_news
from hub.library.viewing import CaseView
from hub.library.waiting import count_drafts
from hub.page import Frame
from hub.rooms.queries import list_rooms_for
from hub.search.reuse import times_used
from hub.search.within import cases_with, threads_with
from hub.security.permissions import Permission, may_ever
from hub.sharing.parties import count_waiting_for
from hub.sharing.queries import has_sharings, origin_for
from hub.sharing.strip import came_of, strip_for
from hub.sharing.wording import kind_name
from hub.sharing.wording import state_names as sharing_states
from hub.shown import wants_all
from hub.spreading.queries import count_news
from hub.spreading.viewing import adoption_map, spread_of
from hub.threads.consultations.history import turn_line, turn_words
from hub.threads.consultations.promising import promise_days
from hub.threads.grouping import follows
from hub.threads.input import BODY_CHARS
from hub.threads.queries import Place
from hub.threads.wording import message_excerpt, redacted_words, thread_title, untitled_words
from hub.visits.queries import count_waiting, list_findings, list_own_visits
from hub.visits.wording import state_names


def _rooms(session: Session, actor: Actor) -> list[int]:
    return [room.id for room in list_rooms_for(session, actor)]


def _count_case_work(session: Session, actor: Actor) -> int:
    """Drafts sent back or to be agreed to, 視察 to be answered: of those who work on cases."""
    if not may_ever(actor, Permission.CASE_CREATE):
        return 0
    return count_drafts(session, actor) + count_waiting(session, actor)


def _case_parts(session: Session, actor: Actor, view: CaseView) -> dict[str, Any]:
    case_id = view.place.case.id
    return {
        "own_visits": list_own_visits(session, actor, case_id, whole=wants_all()),
        "findings": list_findings(session, case_id, whole=wants_all()),
        "visit_states": state_names(),
        "used": times_used(session, "case", case_id),
        "origin": origin_for(session, actor, case_id=case_id),
        "spread": spread_of(session, actor, view),
    }


def _thread_parts(session: Session, actor: Actor, place: Place) -> dict[str, Any]:
    return {
        "used": times_used(session, "thread", place.thread.id),
        "sharing": strip_for(session, actor, place),
        "sharing_words": {"states": sharing_states(), "kind": kind_name},
    }


def _count_cases(session: Session, actor: Actor) -> int:
    """Practices that have ended, for those who say that they know; new cases in what the actor follows."""
    counted = [count_case_news(actor)] if may_ever(actor, Permission.CASE_READ) else []
    counted += [count_endings(actor)] if may_ever(actor, Permission.CASE_SHARE) else []
    return sum(session.execute(sa.select(*counted)).one()) if counted else 0


def japan_today_text() -> str:
    return japan_today().isoformat()


FRAME = Frame(
    rooms=_rooms,
    waiting=(count_unseen, count_news, count_waiting_for, _count_cases, _count_case_work),
    has_sharings=has_sharings,
    body_chars=BODY_CHARS,
    words={
        "redacted_words": redacted_words,
        "untitled_words": untitled_words,
        "promise_days": promise_days,
        "japan_today_text": japan_today_text,
        "turn_line": turn_line,
        "turn_words": turn_words,
    },
    filters={"message_excerpt": message_excerpt, "thread_title": thread_title, "follows": follows},
    case_parts=_case_parts,
    case_map=adoption_map,
    cases_with=cases_with,
    threads_with=threads_with,
    thread_parts=_thread_parts,
    came_of=came_of,
    demo_accounts=demo_accounts,
)
