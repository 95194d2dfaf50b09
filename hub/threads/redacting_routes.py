"""墨消し of a thread's title or summary: the page with both, and its form."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import Forbidden, NotFound
from hub.forms import command_of
from hub.page import frame, page_state
from hub.responses import done
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.threads import charge
from hub.threads.commands import RedactThread
from hub.threads.composing import unconfirmed_cautions
from hub.threads.presenters import present_thread
from hub.threads.queries import Place, get_thread_for
from hub.threads.services.redacting import PARTS, has_part, redact_thread
from hub.threads.viewing import summaries_of

bp = Blueprint("redacting", __name__)


@bp.get("/threads/<int:thread_id>/redact")
@requires(Permission.REDACT)
def page(actor: Actor, thread_id: int) -> str:
    return _page(actor, thread_id)


@bp.post("/threads/<int:thread_id>/redact")
@requires(Permission.REDACT)
def redact(actor: Actor, thread_id: int) -> Response | str:
    if warned := unconfirmed_cautions():  # the reason stays for all readers
        return _page(actor, thread_id, warned=warned)
    receipt = db.write(redact_thread, actor, command_of(RedactThread, thread_id=thread_id))
    return done(receipt.ack(), url_for("threads.show", thread_id=thread_id))


def _page(actor: Actor, thread_id: int, *, warned: Sequence[str] = ()) -> str:
    """Every part that the reader may redact, with all that would go. Raises NotFound when there is nothing."""
    with db.read() as session:
        place = get_thread_for(session, actor, thread_id)
        parts, mine = _parts(session, actor, place), charge.summaries_of(session, actor, place)
        summaries = summaries_of(session, thread_id)
        return render_template(
            "threads/redact_thread.html",
            page_state=page_state(session, actor),
            room=place.room,
            thread=present_thread(session, place.thread),
            parts=parts,
            came_of=frame().came_of(session, actor, thread_id),
            summaries=[(r, name) for r, name in summaries if r.version in mine],
            whole=len(mine) == len(summaries),
            values=request.form,
            warned=warned,
        )


def _parts(session: Session, actor: Actor, place: Place) -> list[str]:
    """Raises Forbidden, NotFound."""
    mine = [part for part in PARTS if charge.redactable(session, actor, place, part)]
    if not mine:
        raise Forbidden
    there = [part for part in mine if has_part(session, actor, place, part)]
    if not there:
        raise NotFound
    return there
