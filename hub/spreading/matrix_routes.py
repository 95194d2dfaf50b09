"""The prefecture's matrix of 横展開, and a municipality's own row; the checklists of the stages."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.charts.stacks import stack
from hub.db import db
from hub.forms import command_of
from hub.keyset import place_of
from hub.library.facets import Wanted
from hub.library.models import ADOPTION_STATES
from hub.library.wording import adoption_names, state_letters
from hub.library.words import with_words
from hub.people.queries import list_fields
from hub.responses import done
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.shown import wants_all
from hub.spreading.commands import AddItem, ChangeItem, RetireItem
from hub.spreading.matrix import Question, by_field, matrix_of, own_rows, why_not
from hub.spreading.queries import list_items
from hub.spreading.services.checklists import add_item, change_item, retire_item
from hub.spreading.wording import state_meanings

bp = Blueprint("spreading_matrix", __name__)
Page = str | Response | tuple[str, int]


@bp.get("/cases/spreading")
@requires(Permission.SPREAD_READ)
def index(actor: Actor) -> str:
    """A municipality gets its own row and nobody else's."""
    words = {"states": adoption_names(), "letters": state_letters(), "meanings": state_meanings()}
    with db.read() as session:
        if not actor.in_dx_section:
            return render_template("spreading/own.html", rows=own_rows(session, actor), **words)
        question = _question(actor)
        kept = {"q": question.words, "field": question.fields, "state": question.state, "district": question.district}
        kept["every"] = "1" if question.every else ""
        return render_template(
            "spreading/matrix.html",
            matrix=matrix_of(session, actor, question),
            question=question,
            kept={name: value for name, value in kept.items() if value},
            fields=list_fields(session),
            by_field=by_field(session, actor),
            stack=stack,
            why_not=why_not(session, actor, whole=wants_all()),
            **words,
        )


def _question(actor: Actor) -> Question:
    args = request.args
    words = args.get("q", "")[:100]
    return Question(
        words=words,
        found=with_words(actor, Wanted(words)).found,
        fields=tuple(value[:20] for value in args.getlist("field") if value)[:30],
        state=args.get("state", "") if args.get("state") in ADOPTION_STATES else "",
        district=args.get("district", "")[:50],
        every=args.get("every") == "1",
        place=place_of(args.get("after", ""), args.get("before", "")),
    )


@bp.get("/cases/spreading/checklists")
@requires(Permission.CHECKLIST_EDIT)
def checklists(_actor: Actor) -> str:
    with db.read() as session:
        items = list_items(session)
    return render_template("spreading/checklists.html", items=items, states=adoption_names())


def _changed(answer: Any) -> Page:
    return done(answer.ack(), url_for("spreading_matrix.checklists"), _("保存しました。"))


@bp.post("/cases/spreading/checklists")
@requires(Permission.CHECKLIST_EDIT)
def add(actor: Actor) -> Page:
    return _changed(db.write(add_item, actor, command_of(AddItem)))


@bp.post("/cases/spreading/checklists/<int:item_id>")
@requires(Permission.CHECKLIST_EDIT)
def change(actor: Actor, item_id: int) -> Page:
    return _changed(db.write(change_item, actor, command_of(ChangeItem, item_id=item_id)))


@bp.post("/cases/spreading/checklists/<int:item_id>/retirement")
@requires(Permission.CHECKLIST_EDIT)
def retire(actor: Actor, item_id: int) -> Page:
    return _changed(db.write(retire_item, actor, command_of(RetireItem, item_id=item_id)))
