"""What is done to a thread as a whole, each as a form that works without JavaScript and as JSON."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import HubError
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.page import page_state
from hub.refusals.answering import refused_at
from hub.responses import done
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.commands import Acknowledge, ChangeHead, LockThread, MarkRead, PreferThread
from hub.threads.composing import unconfirmed_cautions
from hub.threads.consultations.services import Settle, settle
from hub.threads.head_form import filled, given, said_of
from hub.threads.presenters import present_thread
from hub.threads.queries import get_thread_for
from hub.threads.services.reading import mark_read, prefer_thread
from hub.threads.services.responding import acknowledge
from hub.threads.services.steering import TitleChanged, change_head, lock_thread
from hub.threads.viewing import summaries_of

bp = Blueprint("steering", __name__)
Page = str | Response
Service = Callable[[Session, Actor, Any], Receipt]


def _do(actor: Actor, service: Service, command: type[Any], thread_id: int) -> Page:
    """Run one service on a thread and go back to it."""
    receipt = db.write(service, actor, command_of(command, thread_id=thread_id))
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id))


@bp.post("/threads/<int:thread_id>/acknowledge")
@requires(Permission.POST)
def confirm(actor: Actor, thread_id: int) -> Page:
    return _do(actor, acknowledge, Acknowledge, thread_id)


@bp.post("/threads/<int:thread_id>/read")
@requires(Permission.ROOM_READ)
def read(actor: Actor, thread_id: int) -> Page:
    return _do(actor, mark_read, MarkRead, thread_id)


@bp.post("/threads/<int:thread_id>/preferences")
@requires(Permission.ROOM_READ)
def prefer(actor: Actor, thread_id: int) -> Page:
    return _do(actor, prefer_thread, PreferThread, thread_id)


@bp.post("/threads/<int:thread_id>/lock")
@requires(Permission.LOCK)
def lock(actor: Actor, thread_id: int) -> Page:
    return _do(actor, lock_thread, LockThread, thread_id)


@bp.post("/threads/<int:thread_id>/state")
@requires(Permission.CONSULTATION_SETTLE)
def set_state(actor: Actor, thread_id: int) -> Page:
    return _do(actor, settle, Settle, thread_id)


@bp.get("/threads/<int:thread_id>/head")
@requires(Permission.SUMMARISE)
def head(actor: Actor, thread_id: int) -> Page:
    """Title and summary (まとめ) with its history, to be changed."""
    return _head_page(actor, thread_id)


@bp.post("/threads/<int:thread_id>/head")
@requires(Permission.SUMMARISE)
def put_head(actor: Actor, thread_id: int) -> Page:
    """A refusal shows the form again with what was typed, beside what others wrote meanwhile; and so does a warning of
    personal data, once."""
    if warned := unconfirmed_cautions():
        return _head_page(actor, thread_id, warned=warned)
    try:
        receipt = db.write(change_head, actor, given(command_of(ChangeHead, thread_id=thread_id)))
    except HubError as fault:
        where = "title" if isinstance(fault, TitleChanged) else "body"
        return refused_at(fault, lambda: _head_page(actor, thread_id), where)
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id), said_of(receipt.data["changed"]))


def _head_page(actor: Actor, thread_id: int, *, warned: Sequence[str] = ()) -> str:
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        require(actor, Permission.SUMMARISE, place.subject)
        thread, summaries = present_thread(session, place.thread), summaries_of(session, thread_id)
        said = {revision.version: revision.body for revision, _name in summaries}
        return render_template(
            "threads/head.html",
            page_state=page_state(session, actor),
            room=place.room,
            thread=thread,
            version=place.thread.summary_version,
            summaries=summaries,
            form=filled(thread, place.thread.summary_version, said, request.form),
            warned=warned,
        )
