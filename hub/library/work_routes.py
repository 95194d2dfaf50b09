"""Writing cases: the form in steps, and the way from a draft to the readers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import ValidationFailed
from hub.feed.payloads import parse
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.library.bases import list_basis_names
from hub.library.commands import (
    ApproveCase,
    ConfirmCase,
    CreateCase,
    EndCase,
    HearEnding,
    OnVersion,
    ReturnCase,
    SaveCase,
    SettleContact,
    SettleInterval,
    ShareCase,
    SubmitCase,
    WithdrawCase,
)
from hub.library.content import LISTS, ROWS, completeness
from hub.library.document_files import with_uploads
from hub.library.effects import as_figures, readings
from hub.library.endings import acknowledge_end
from hub.library.forms import STEPS, changes_of, columns_of, step_of, values_of
from hub.library.publicity import lag_words
from hub.library.queries import get_case_for, list_bodies, read_version
from hub.library.services.published import confirm_case, end_case, share_case, withdraw_case
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.library.services.writing import EditedMeanwhile, create_case, save_case, settle_contact, settle_interval
from hub.library.tag_names import list_tag_names
from hub.library.wording import (
    choice_names,
    column_names,
    field_names,
    in_words,
    interest_names,
    sample_answers,
    step_names,
)
from hub.page import page_state
from hub.people.queries import list_fields
from hub.refusals.answering import refused
from hub.responses import done, ok, wants_json
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.threads.composing import words_of

bp = Blueprint("case_work", __name__)
Page = str | Response
Command = TypeVar("Command")
EFFECTS_STEP = next(n for n, names in enumerate(STEPS, 1) if "effects" in names)
SHORT = ("title", "started_on", "ended_on", "cost_initial", "cost_yearly")


@bp.get("/cases/new")
@requires(Permission.CASE_CREATE)
def new(actor: Actor) -> str:
    with db.read() as session:
        bodies = list_bodies(session) if actor.in_dx_section else []
    return render_template("cases/new.html", bodies=bodies, samples=sample_answers())


@bp.post("/cases/new")
@requires(Permission.CASE_CREATE)
def create(actor: Actor) -> Page:
    receipt = db.write(create_case, actor, command_of(CreateCase))
    return done(receipt.ack(), url_for("case_work.edit", case_id=receipt.data["case_id"], step=1))


@bp.get("/cases/<int:case_id>/edit")
@requires(Permission.CASE_EDIT)
def edit(actor: Actor, case_id: int) -> str:
    return _edit_page(actor, case_id, step_of(request.args.get("step")))


@bp.post("/cases/<int:case_id>/edit")
@requires(Permission.CASE_EDIT)
def save(actor: Actor, case_id: int) -> Page:
    """Save one step. JSON ({base, changes}) is for saving while somebody writes."""
    if request.is_json:
        body = request.get_json()
        known = {"case_id": str(case_id)}
        return ok(db.write(save_case, actor, parse(SaveCase, (body if isinstance(body, dict) else {}) | known)).ack())
    step = step_of(request.form.get("step"))
    form, faults = with_uploads(actor, request.form, request.files)
    changes = changes_of(form, step)
    if faults:
        page = _edit_page(actor, case_id, step, changes, base=_base())
        return refused(page, {"documents": words_of(faults)["file"]}, faults[0].status)
    try:
        command = parse(SaveCase, {"case_id": str(case_id), "base": _base(), "changes": changes})
        receipt = db.write(save_case, actor, command)
    except EditedMeanwhile as clash:
        if wants_json():
            raise
        return refused(_edit_page(actor, case_id, step, changes, clash), {}, clash.status)
    except ValidationFailed as fault:
        if wants_json():
            raise
        return refused(_edit_page(actor, case_id, step, changes, base=_base()), fault.fields, fault.status)
    if wants_json():
        return ok(receipt.ack())
    if request.form.get("then") == "next" and step < len(STEPS):
        return redirect(url_for("case_work.edit", case_id=case_id, step=step + 1), code=303)
    flash(_("保存しました。"), "ok")
    return redirect(url_for("cases.show", case_id=case_id, version=_newest(actor, case_id)), code=303)


def _base() -> int:
    text = request.form.get("base", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _newest(actor: Actor, case_id: int) -> int:
    with db.read() as session:
        return get_case_for(session, actor, case_id).case.version


def _edit_page(
    actor: Actor,
    case_id: int,
    step: int,
    typed: dict[str, Any] | None = None,
    clash: EditedMeanwhile | None = None,
    base: int | None = None,
) -> str:
    with db.read() as session:
        state = page_state(session, actor)
        place = get_case_for(session, actor, case_id)
        require(actor, Permission.CASE_EDIT, place.subject)
        newest = read_version(session, place.case, place.case.version)[1]
        fields = [field.name for field in list_fields(session)]
        known_tags, known_bases = list_tag_names(session, actor), list_basis_names(session, actor)
    read = readings(newest.effects) if typed is None and step == EFFECTS_STEP else []
    shown = replace(newest, effects=as_figures(newest.effects)) if read else newest
    return render_template(
        "cases/edit.html",
        page_state=state,
        case=place.case,
        body=place.organisation,
        base=place.case.version if base is None else base,
        step=step,
        steps=step_names(),
        asked=STEPS[step - 1],
        values=values_of(shown, typed),
        readings=read,
        newest=in_words(newest),
        clash=clash,
        names=field_names(),
        columns=column_names(),
        tables={name: columns_of(name) for name in ROWS},
        short=SHORT,
        interests=interest_names(),
        lists=LISTS,
        samples=sample_answers(),
        choices={name: list(names.items()) for name, names in choice_names().items()},
        all_fields=fields,
        known_tags=known_tags,
        known_bases=known_bases,
        per_cent=completeness(newest),
    )


def _step(service: Callable[[Session, Actor, Command], Receipt], kind: type[Command]) -> Callable[[Actor, int], Page]:
    def view(actor: Actor, case_id: int) -> Page:
        receipt = db.write(service, actor, command_of(kind, case_id=case_id, **_marked(kind)))
        warned = lag_words() if receipt.data.get("site_lags") else ""
        return done(receipt.ack(), url_for("cases.show", case_id=case_id), _("記録しました。"), warned=warned)

    return view


def _marked(kind: type[Any]) -> dict[str, str]:
    """The municipalities that are marked in a form, as one value."""
    marks = (
        "" if request.is_json or "bodies" not in kind.__dataclass_fields__ else " ".join(request.form.getlist("bodies"))
    )
    return {"bodies": marks} if marks else {}


_STEPS: tuple[tuple[str, Permission, Any, Any], ...] = (
    ("submit", Permission.CASE_EDIT, submit_case, SubmitCase),
    ("approve", Permission.CASE_APPROVE, approve_case, ApproveCase),
    ("return", Permission.CASE_RETURN, return_case, ReturnCase),
    ("publish", Permission.CASE_PUBLISH, publish_case, OnVersion),
    ("share", Permission.CASE_EDIT, share_case, ShareCase),
    ("end", Permission.CASE_SHARE, end_case, EndCase),
    ("ending", Permission.CASE_SHARE, acknowledge_end, HearEnding),
    ("withdraw", Permission.CASE_SHARE, withdraw_case, WithdrawCase),
    ("confirm", Permission.CASE_CONFIRM, confirm_case, ConfirmCase),
    ("contact", Permission.CASE_EDIT, settle_contact, SettleContact),
    ("interval", Permission.CASE_EDIT, settle_interval, SettleInterval),
)
for _name, _permission, _service, _kind in _STEPS:
    bp.add_url_rule(
        f"/cases/<int:case_id>/{_name}",
        endpoint=_name,
        view_func=requires(_permission)(_step(_service, _kind)),
        methods=["POST"],
    )
