"""The composer without JavaScript: preview, warning and errors are pages that keep what was typed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from flask import Response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from hub.actor import Actor
from hub.audiences.wording import describe_briefly, describe_dx, describe_readers
from hub.caution import find_cautions
from hub.db import db
from hub.errors import Forbidden, HubError, NotFound, SignedOut
from hub.feed.contracts import AttachmentData
from hub.feed.submissions import Receipt
from hub.files.presenters import own_uploads
from hub.files.receiving import receive_all
from hub.ids import numbers_of
from hub.page import page_state
from hub.refusals.answering import refused
from hub.responses import error_body, ok, wants_json
from hub.rooms.models import Room
from hub.rooms.queries import readers_of_room, room_subject
from hub.security.permissions import Subject
from hub.security.sessions import set_writer_name
from hub.text import render
from hub.text_chars import TextRefused, clean_source
from hub.threads.consultations.models import Consultation
from hub.threads.input import BODY_CHARS, is_longer
from hub.threads.models import Draft, Thread
from hub.threads.queries import get_thread_for
from hub.threads.wording import thread_title

Command = TypeVar("Command")
Answer = BaseResponse | Response | str


def new_client_id() -> str:
    """For a form: sent twice it is still one thing."""
    return secrets.token_urlsafe(16)


@dataclass
class Composer:
    """One composer: `kind` message, note, thread or question (about a case, whose room may not be there yet); `path`
    leads to where it stands; `values` what the form holds; `cautions` kinds of personal data that the text seems to
    hold; `client_id` makes a form that is sent twice one message; `reserved` characters are the hub's own; `state` is
    that of a consultation which the writer's own body asks, and empty elsewhere; `closed` says
    why nothing is taken here now; `readers_short` says who reads it in a few words."""

    kind: str
    action: str
    place: str
    room: Room | None
    readers: str
    path: list[tuple[str, str]]
    thread: Thread | None = None
    values: dict[str, str] = field(default_factory=dict)
    cautions: list[str] = field(default_factory=list)
    preview: str = ""
    files: list[AttachmentData] = field(default_factory=list)
    client_id: str = field(default_factory=new_client_id)
    reserved: int = 0
    state: str = ""
    closed: str = ""
    readers_short: str = ""

    @property
    def subject(self) -> Subject | None:
        return room_subject(self.room) if self.room else None


def composer_for(session: Session, actor: Actor, kind: str, room: Room, thread: Thread | None = None) -> Composer:
    """A fresh composer with the reader's own draft in it."""
    readers = readers_of_room(session, room)
    owner = f"/threads/{thread.id}" if thread else f"/rooms/{room.id}"
    action = f"{owner}/{ {'message': 'messages', 'note': 'notes', 'thread': 'threads'}[kind] }"
    place = f"note:{thread.id}" if thread and kind == "note" else f"thread:{thread.id}" if thread else f"room:{room.id}"
    words = describe_dx(readers) if kind == "note" else describe_readers(readers)
    path = [("/rooms", _("ルーム")), (f"/rooms/{room.id}", room.name)]
    if thread:
        path.append((f"/threads/{thread.id}", thread_title(thread)))
    values = {"body": draft_of(session, actor, place)}
    state = _asked_state(session, actor, thread) if thread and kind == "message" else ""
    brief = describe_briefly([r for r in readers if kind != "note" or r.kind == "dx"])
    return Composer(kind, action, place, room, words, path, thread, values, state=state, readers_short=brief)


def message_composer(session: Session, actor: Actor, thread_id: int) -> Composer:
    """The composer of an answer; raises NotFound."""
    place = get_thread_for(session, actor, thread_id)
    return composer_for(session, actor, "message", place.room, place.thread)


def _asked_state(session: Session, actor: Actor, thread: Thread) -> str:
    consultation = session.get(Consultation, thread.id)
    return consultation.state if consultation and consultation.organisation_id in actor.organisation_ids else ""


def draft_of(session: Session, actor: Actor, place: str) -> str:
    draft = session.get(Draft, (actor.staff_id, place))
    return draft.body if draft else ""


@dataclass
class SentFiles:
    """Files of a form: those that were taken, now or when it was shown before, and what was wrong with others."""

    taken: list[AttachmentData] = field(default_factory=list)
    faults: list[HubError] = field(default_factory=list)

    def with_command(self, command: Command) -> Command:
        """The command with these files, when it did not name its own."""
        ids = [int(file["attachment_id"]) for file in self.taken]
        return replace(command, attachment_ids=ids) if ids else command  # type: ignore[type-var]


def sent_files(actor: Actor) -> SentFiles:
    """What the form brings, stored at once: a form that is shown again cannot keep a chosen file, but its upload."""
    if request.is_json:
        return SentFiles()
    new, faults = receive_all(actor, "file")
    kept = numbers_of(request.form.getlist("attachment_ids"))[:20]
    fresh: Any = new
    with db.read() as session:
        return SentFiles(own_uploads(session, actor.staff_id, kept) + fresh, faults)


def answer_submission(
    actor: Actor, prepare: Callable[[Session], Composer], write: Callable[[], Receipt], goal: str, files: SentFiles
) -> Answer:
    """Write what was submitted and go to it, or show the composer again with all that was typed.

    `prepare` makes that composer anew; `goal` is the address to go to, with the receipt's
    data filled in. JSON is answered as the ack, with 201.
    """
    if wants_json():
        return ok(write().ack(), 201)
    if files.faults:
        return refused(composer_again(actor, prepare, files), words_of(files.faults), files.faults[0].status)
    if request.form.get("action") in ("preview", "attach"):
        return composer_again(actor, prepare, files)
    if unconfirmed_cautions():
        return composer_again(actor, prepare, files)
    try:
        _name_writer(actor)
        receipt = write()
    except (NotFound, Forbidden, SignedOut):
        raise
    except HubError as fault:
        body = error_body(fault)
        return refused(
            composer_again(actor, prepare, files), body.get("fields") or {"body": body["message"]}, fault.status
        )
    return redirect(goal.format(**receipt.ack()), code=303)


def _name_writer(actor: Actor) -> None:
    """The form's 記入者名 becomes that of the sign-in, before anything is written in it: `db.write` then looks at the
    actor anew. A form without one is left to the services, which refuse it where a name is needed.

    Raises ValidationFailed.
    """
    typed = request.form.get("writer_name", actor.writer_name)
    if actor.shared and (typed.strip() or actor.writer_name) and typed != actor.writer_name:
        db.write(set_writer_name, actor, typed)


def words_of(faults: list[HubError]) -> dict[str, str]:
    """What was wrong with files, as the error of one field."""
    bodies = [error_body(fault) for fault in faults]
    return {"file": " ".join(text for b in bodies for text in (b.get("fields") or {"": b["message"]}).values())}


def composer_again(actor: Actor, prepare: Callable[[Session], Composer], files: SentFiles) -> str:
    """The page of the composer that `prepare` makes, with all that was submitted."""
    with db.read() as session:
        state = page_state(session, actor)
        composer = prepare(session)
    composer.values = {
        name: value for name, value in request.form.items() if name not in ("csrf_token", "attachment_ids")
    }
    composer.client_id = request.form.get("client_id") or composer.client_id
    composer.files = files.taken
    text = composer.values.get("body", "")
    composer.cautions = cautions_in_form()
    composer.preview = preview_html(text) if request.form.get("action") == "preview" else ""
    return render_template("threads/compose.html", page_state=state, composer=composer)


def unconfirmed_cautions() -> list[str]:
    """Of what the reader has to be warned before the form is taken; programs, and who was warned, are not."""
    return [] if request.is_json or wants_json() or request.form.get("confirmed") else cautions_in_form()


def cautions_in_form() -> list[str]:
    """Kinds of personal data that the submitted title, text or reason seems to hold."""
    typed = [text for name in ("title", "body", "reason") if not is_longer(text := request.form.get(name, ""))]
    return sorted({caution.kind for text in typed for caution in find_cautions(text)})


def preview_html(text: str) -> str:
    """`text` as it will look. Nothing is called by a preview."""
    try:
        return "" if is_longer(text) else render(clean_source(text, max_chars=len(text))[:BODY_CHARS])
    except TextRefused:
        return ""


def caution_words() -> dict[str, str]:
    """What each kind of caution is called."""
    return {
        "my_number": _("マイナンバー（個人番号）"),
        "telephone": _("電話番号"),
        "bank_account": _("口座番号"),
        "home_address": _("個人の住所"),
    }
