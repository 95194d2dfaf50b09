"""お知らせ箱: who called me by name or replied to me, and what waits for the body for which I speak."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.clock import is_office_hour, iso, utc_now
from hub.db import db
from hub.forms import command_of
from hub.ids import exact
from hub.inbox.queries import PAGE, InboxRow, get_entry_for, list_entries
from hub.inbox.services import AnswerEntry, Seen, SeenUntil, answer_entry, mark_all_seen, mark_seen
from hub.library.endings import list_endings
from hub.library.news import list_case_news, list_followed
from hub.library.waiting import drafts_in_hand
from hub.page import count_waiting, page_state
from hub.responses import done, wants_json
from hub.security.limits import limits
from hub.security.permissions import Permission, may_ever
from hub.security.requires import requires
from hub.sharing.parties import waiting_for
from hub.shown import wants_all
from hub.spreading.news import news_of
from hub.threads.composing import (
    Answer,
    Composer,
    SentFiles,
    composer_again,
    message_composer,
    new_client_id,
    unconfirmed_cautions,
)
from hub.visits.queries import count_waiting as count_visits

bp = Blueprint("inbox", __name__)
LARGEST_ID = 2**53


@bp.get("/inbox")
@requires(Permission.SIGNED_IN)
def index(actor: Actor) -> str | dict[str, Any]:
    """As JSON the entries, and the lists as an open page asks for them when something has changed in them."""
    before = request.args.get("before", type=exact)
    with db.read() as session:
        state = page_state(session, actor)
        rows = list_entries(session, actor, before if before is None else min(before, LARGEST_ID))
        news = news_of(session, actor, whole=wants_all()) if before is None else {}
        waiting = waiting_for(session, actor) if before is None else []
        endings = list_endings(session, actor, whole=wants_all()) if before is None else None
        work = _case_work(session, actor) if before is None else {}
    lists: dict[str, Any] = {
        "rows": rows,
        "more": len(rows) == PAGE,
        "before": before,
        "sharings_waiting": waiting,
        "endings": endings,
        "new_client_id": new_client_id,
        **work,
        **news,
    }
    if wants_json():
        return {"entries": [_as_json(row) for row in rows], "html": render_template("inbox/_lists.html", **lists)}
    return render_template("inbox/index.html", page_state=state, **lists)


def _case_work(session: Session, actor: Actor) -> dict[str, Any]:
    """New cases that the actor follows; drafts sent back or to be agreed to, 視察 to be answered."""
    if not may_ever(actor, Permission.CASE_READ):
        return {}
    whole = wants_all()
    read = {
        "new_cases": list_case_news(session, actor, whole=whole),
        "followed_subjects": list_followed(session, actor),
    }
    if not may_ever(actor, Permission.CASE_CREATE):
        return read
    return read | {
        "drafts": drafts_in_hand(session, actor, whole=wants_all()),
        "visits_waiting": count_visits(session, actor),
    }


@bp.get("/inbox/count")
@requires(Permission.SIGNED_IN)
def count(actor: Actor) -> dict[str, int | bool]:
    """The number beside the 通知, as it is now; `quiet`: nobody is to be disturbed for it at this hour."""
    with db.read() as session:
        return {"count": count_waiting(session, actor), "quiet": not is_office_hour(utc_now())}


def _as_json(row: InboxRow) -> dict[str, Any]:
    """The shape of inbox:added, and whether it was seen."""
    return {
        "entry_id": str(row.entry.id),
        "kind": row.entry.kind,
        "room_id": str(row.room.id),
        "thread_id": str(row.thread.id),
        "message_id": str(row.message.id),
        "at": iso(row.entry.created_at),
        "seen": row.entry.seen_at is not None,
    }


@bp.post("/inbox/seen")
@requires(Permission.SIGNED_IN)
def seen_all(actor: Actor) -> Response:
    """Everything up to the entry `until`, the newest on the page. Raises ValidationFailed without it."""
    db.write(mark_all_seen, actor, command_of(SeenUntil))
    return done({}, url_for("inbox.index"))


@bp.post("/inbox/<int:entry_id>/answer")
@requires(Permission.POST)
def answer(actor: Actor, entry_id: int) -> Answer:
    """A message into the entry's thread. What seems to hold personal data comes back as the thread's own form."""
    if unconfirmed_cautions():
        return composer_again(actor, lambda session: _composer(session, actor, entry_id), SentFiles())
    command = command_of(AnswerEntry, entry_id=entry_id)
    limits().post(actor.staff_id)
    receipt = db.write(answer_entry, actor, command)
    return done(receipt.ack(), url_for("inbox.index"), _("返信しました。"), status=201)


def _composer(session: Session, actor: Actor, entry_id: int) -> Composer:
    return message_composer(session, actor, get_entry_for(session, actor, entry_id)[1].thread_id)


@bp.post("/inbox/<int:entry_id>/seen")
@requires(Permission.SIGNED_IN)
def seen(actor: Actor, entry_id: int) -> Response:
    """On to the message."""
    where = db.write(mark_seen, actor, command_of(Seen, entry_id=entry_id))
    target = f"/threads/{where.thread_id}?at={where.position}#{where.position}"
    return done({"address": target}, target)
