"""One message: all that can be done to it, its source, its earlier texts, reactions, 課題 / 取組 / 効果 / 苦労."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import HubError, NotFound
from hub.feed.contracts import EMOJI
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.page import frame, page_state
from hub.refusals.answering import refused_at
from hub.responses import ok, wants_json
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.commands import DeleteMessage, EditMessage, RedactMessage, SetPassage, SetReaction
from hub.threads.composing import unconfirmed_cautions
from hub.threads.presenters import present_message
from hub.threads.pseudonyms.identity import as_known_in
from hub.threads.queries import get_message_for, message_subject
from hub.threads.services.editing import delete_message, edit_message, redact_message
from hub.threads.services.passages import set_passage
from hub.threads.services.responding import set_reaction
from hub.threads.viewing import revisions_of, viewer_of
from hub.threads.wording import passage_names

bp = Blueprint("messages", __name__)
Page = str | Response | dict[str, Any]


@bp.get("/messages/<int:message_id>")
@requires(Permission.ROOM_READ)
def show(actor: Actor, message_id: int) -> Page:
    """A permalink by id: the message as JSON, or the thread at its position."""
    with db.read() as session:
        found = get_message_for(session, actor, message_id)
        if wants_json():
            return {"message": present_message(session, found.place.room.id, found.message)}
        return redirect(_address(found.place.thread.id, found.message.position))


@bp.get("/messages/<int:message_id>/edit")
@requires(Permission.EDIT)
def edit_page(actor: Actor, message_id: int) -> Page:
    return _form(actor, message_id, "edit", Permission.EDIT)


@bp.post("/messages/<int:message_id>")
@requires(Permission.EDIT)
def edit(actor: Actor, message_id: int) -> Page:
    if warned := unconfirmed_cautions():
        return _form(actor, message_id, "edit", Permission.EDIT, warned=warned)
    try:
        return _done(message_id, actor, db.write(edit_message, actor, command_of(EditMessage, message_id=message_id)))
    except HubError as fault:
        return refused_at(fault, lambda: _form(actor, message_id, "edit", Permission.EDIT), "body")


@bp.get("/messages/<int:message_id>/delete")
@requires(Permission.DELETE)
def delete_page(actor: Actor, message_id: int) -> Page:
    return _form(actor, message_id, "delete", Permission.DELETE)


@bp.post("/messages/<int:message_id>/delete")
@requires(Permission.DELETE)
def delete(actor: Actor, message_id: int) -> Page:
    return _done(message_id, actor, db.write(delete_message, actor, command_of(DeleteMessage, message_id=message_id)))


@bp.get("/messages/<int:message_id>/redact")
@requires(Permission.REDACT)
def redact_page(actor: Actor, message_id: int) -> Page:
    return _form(actor, message_id, "redact", Permission.REDACT)


@bp.post("/messages/<int:message_id>/redact")
@requires(Permission.REDACT)
def redact(actor: Actor, message_id: int) -> Page:
    if warned := unconfirmed_cautions():  # the reason stays for all readers
        return _form(actor, message_id, "redact", Permission.REDACT, warned=warned)
    try:
        command = command_of(RedactMessage, message_id=message_id)
        return _done(message_id, actor, db.write(redact_message, actor, command))
    except HubError as fault:
        return refused_at(fault, lambda: _form(actor, message_id, "redact", Permission.REDACT), "reason")


@bp.post("/messages/<int:message_id>/reactions")
@requires(Permission.POST)
def react(actor: Actor, message_id: int) -> Page:
    return _done(message_id, actor, db.write(set_reaction, actor, command_of(SetReaction, message_id=message_id)))


@bp.post("/messages/<int:message_id>/passages")
@requires(Permission.PASSAGE_MARK)
def mark(actor: Actor, message_id: int) -> Page:
    return _done(message_id, actor, db.write(set_passage, actor, command_of(SetPassage, message_id=message_id)))


@bp.get("/messages/<int:message_id>/actions")
@requires(Permission.ROOM_READ)
def actions(actor: Actor, message_id: int) -> Page:
    """What the bar of a message offers, for browsers in which no script runs."""
    with db.read() as session:
        found = get_message_for(session, actor, message_id)
        if found.message.redacted_at or found.message.deleted_at:
            raise NotFound
        return render_template(
            "threads/actions.html",
            page_state=page_state(session, actor),
            place=found.place,
            message=present_message(session, found.place.room.id, found.message),
            viewer=viewer_of(session, actor, found.place),
            emoji=EMOJI,
            passages=passage_names(),
        )


@bp.get("/messages/<int:message_id>/history")
@requires(Permission.ROOM_READ)
def history(actor: Actor, message_id: int) -> Page:
    with db.read() as session:
        found = get_message_for(session, actor, message_id)
        return render_template(
            "threads/history.html",
            page_state=page_state(session, actor),
            place=found.place,
            message=present_message(session, found.place.room.id, found.message),
            revisions=revisions_of(session, found),
        )


def _form(
    actor: Actor,
    message_id: int,
    action: str,
    permission: Permission,
    *,
    warned: Sequence[str] = (),
) -> str:
    """The page of one action on one message; after a fault with what was typed, after a warning also with what it
    seems to hold."""
    with db.read() as session:
        found = get_message_for(session, actor, message_id)
        subject = message_subject(session, found)
        if found.message.redacted_at or (found.message.deleted_at and action != "redact"):
            raise NotFound
        require(as_known_in(session, actor, found.place.thread.id), permission, subject)
        return render_template(
            f"threads/{action}.html",
            page_state=page_state(session, actor),
            place=found.place,
            message=present_message(session, found.place.room.id, found.message),
            values=request.form,
            warned=warned,
            came_of=frame().came_of(session, actor, found.place.thread.id) if action == "redact" else None,
        )


def _done(message_id: int, actor: Actor, receipt: Receipt) -> Page:
    if wants_json():
        return ok(receipt.ack())
    with db.read() as session:
        found = get_message_for(session, actor, message_id)
        return redirect(_address(found.place.thread.id, found.message.position), code=303)


def _address(thread_id: int, position: int) -> str:
    return url_for("threads.show", thread_id=thread_id, at=position, _anchor=str(position))
