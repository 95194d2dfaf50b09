"""The preview of what goes out, and everything that is decided there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import Conflict
from hub.feed.payloads import parse
from hub.forms import command_of
from hub.page import page_state
from hub.refusals.answering import refused
from hub.responses import done, error_body, ok, wants_json
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.sharing.commands import HideDetails, OnSharing, ReturnSharing, SaveSharing, Unmask, WithdrawSharing
from hub.sharing.details import KINDS
from hub.sharing.marking import read_first
from hub.sharing.parties import waiting_for
from hub.sharing.presenters import SharingView, view_sharing
from hub.sharing.queries import get_sharing_for, show_sharings
from hub.sharing.services.cases import make_case
from hub.sharing.services.consenting import ask_consent, consent, return_sharing
from hub.sharing.services.editions import withdraw_sharing
from hub.sharing.services.preparing import hide_details, save_sharing
from hub.sharing.services.unmasking import Behind, unmask
from hub.sharing.wording import detail_names, kind_name, state_names
from hub.shown import wants_all
from hub.threads.wording import passage_names

bp = Blueprint("sharings", __name__)
Page = str | Response


@bp.get("/sharings")
@requires(Permission.SHARING_READ)
def index(actor: Actor) -> str | dict[str, Any]:
    """What waits for the actor's side, and everything else that was begun or went out."""
    with db.read() as session:
        state = page_state(session, actor)
        waiting = waiting_for(session, actor)
        first = {sharing.id for sharing, _thread, _room in waiting}
        shown = show_sharings(session, actor, whole=wants_all())
        others = [row for row in shown.rows if row[0].id not in first]
    if wants_json():
        return {"sharings": [{"sharing_id": str(s.id), "state": s.state} for s, _t, _r in [*waiting, *others]]}
    return render_template(
        "sharing/index.html",
        page_state=state,
        waiting=waiting,
        others=others,
        shown=shown,
        states=state_names(),
        kind_name=kind_name,
    )


@bp.get("/sharings/<int:sharing_id>")
@requires(Permission.SHARING_READ)
def show(actor: Actor, sharing_id: int) -> str | dict[str, Any]:
    if wants_json():
        return read_first(lambda: _json_of(actor, sharing_id))
    return _page(actor, sharing_id)


def _json_of(actor: Actor, sharing_id: int) -> dict[str, Any]:
    with db.read() as session:
        return _as_json(view_sharing(session, actor, get_sharing_for(session, actor, sharing_id)))


def _as_json(view: SharingView) -> dict[str, Any]:
    sharing = view.shared.sharing
    return {
        "sharing_id": str(sharing.id),
        "kind": sharing.kind,
        "anonymous": sharing.anonymous,
        "state": sharing.state,
        "version": sharing.version,
        "title": sharing.title,
        "parts": [
            {"position": p.part.position, "included": p.part.included, "kind": p.part.kind, "body": p.part.body}
            for p in view.parts
        ],
        "going": {kind: [g.text for g in found] for kind, found in view.going.items()},
    }


def _page(actor: Actor, sharing_id: int, behind: list[Behind] | None = None, *, clash: bool = False) -> str:
    """`clash`: what was typed stands in the form, over what somebody else saved meanwhile."""
    return read_first(lambda: _read_page(actor, sharing_id, behind, clash=clash))


def _read_page(actor: Actor, sharing_id: int, behind: list[Behind] | None, *, clash: bool) -> str:
    with db.read() as session:
        state = page_state(session, actor)
        view = view_sharing(session, actor, get_sharing_for(session, actor, sharing_id))
        return render_template(
            "sharing/show.html",
            page_state=state,
            view=view,
            sharing=view.shared.sharing,
            place=view.shared.place,
            typed=request.form if clash else {},
            behind=behind,
            kinds=KINDS,
            details=detail_names(),
            passages=passage_names(),
            states=state_names(),
            kind_name=kind_name,
        )


@bp.post("/sharings/<int:sharing_id>")
@requires(Permission.SHARING_PREPARE)
def save(actor: Actor, sharing_id: int) -> Page:
    """Keep the texts; `then` says what is pressed next: ask, case, or the kinds of details to hide."""
    if request.is_json:
        return ok(db.write(save_sharing, actor, command_of(SaveSharing, sharing_id=sharing_id)).ack())
    try:
        version = str(db.write(save_sharing, actor, _texts(sharing_id)).data["version"])
        return _then(actor, sharing_id, version)
    except Conflict as fault:
        return refused(_page(actor, sharing_id, clash=True), {}, fault.status, error_body(fault)["message"])


def _texts(sharing_id: int) -> SaveSharing:
    form = request.form
    numbers = [name.removeprefix("body-") for name in form if name.startswith("body-")]
    payload: dict[str, Any] = {
        "sharing_id": str(sharing_id),
        "version": _number(form.get("version", "")),
        "title": form.get("title", ""),
        "anonymous": form.get("anonymous") == "1",
        "parts": [
            {"position": _number(n), "included": form.get(f"included-{n}") == "1", "body": form[f"body-{n}"]}
            for n in numbers
        ],
    }
    if form.get("room_id"):
        payload["room_id"] = form["room_id"]
    return parse(SaveSharing, payload)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _then(actor: Actor, sharing_id: int, version: str) -> Response:
    then = request.form.get("then", "")
    on = parse(OnSharing, {"sharing_id": str(sharing_id), "version": int(version)})
    if then == "ask":
        return _moved(sharing_id, db.write(ask_consent, actor, on).data)
    if then == "case":
        made = db.write(make_case, actor, on).data
        flash(_("事例の下書きを作りました。足りないところを補って、確認を依頼してください。"), "ok")
        return redirect(url_for("cases.show", case_id=made["case_id"]), code=303)
    if then == "hide":
        payload = {"sharing_id": str(sharing_id), "version": int(version), "kinds": request.form.getlist("hide")}
        hiding = parse(HideDetails, payload)
        read_first(lambda: db.write(hide_details, actor, hiding))
    flash(_("保存しました。公開される内容を下で確認してください。"), "ok")
    return redirect(url_for("sharings.show", sharing_id=sharing_id), code=303)


def _moved(sharing_id: int, data: dict[str, Any]) -> Response:
    if data["state"] == "out":
        flash(_("双方が同意したので、公開しました。"), "ok")
    else:
        flash(_("同意を依頼しました。相手側が同意するまで、何も公開されません。"), "ok")
    return redirect(url_for("sharings.show", sharing_id=sharing_id), code=303)


@bp.post("/sharings/<int:sharing_id>/hiding")
@requires(Permission.SHARING_PREPARE)
def hiding(actor: Actor, sharing_id: int) -> Response:
    command = command_of(HideDetails, sharing_id=sharing_id)
    return ok(read_first(lambda: db.write(hide_details, actor, command)).ack())


@bp.post("/sharings/<int:sharing_id>/request")
@requires(Permission.SHARING_PREPARE)
def ask(actor: Actor, sharing_id: int) -> Page:
    receipt = db.write(ask_consent, actor, command_of(OnSharing, sharing_id=sharing_id))
    return ok(receipt.ack()) if wants_json() else _moved(sharing_id, receipt.data)


@bp.post("/sharings/<int:sharing_id>/case")
@requires(Permission.SHARING_PREPARE)
def case(actor: Actor, sharing_id: int) -> Response:
    receipt = db.write(make_case, actor, command_of(OnSharing, sharing_id=sharing_id))
    return done(receipt.ack(), url_for("cases.show", case_id=receipt.data["case_id"]), status=201)


@bp.post("/sharings/<int:sharing_id>/consent")
@requires(Permission.SHARING_CONSENT)
def agree(actor: Actor, sharing_id: int) -> Page:
    receipt = db.write(consent, actor, command_of(OnSharing, sharing_id=sharing_id))
    if receipt.data["state"] != "out":
        return done(receipt.ack(), url_for("sharings.show", sharing_id=sharing_id), _("同意しました。"))
    return ok(receipt.ack()) if wants_json() else _moved(sharing_id, receipt.data)


@bp.post("/sharings/<int:sharing_id>/return")
@requires(Permission.SHARING_CONSENT)
def give_back(actor: Actor, sharing_id: int) -> Page:
    receipt = db.write(return_sharing, actor, command_of(ReturnSharing, sharing_id=sharing_id))
    return done(
        receipt.ack(), url_for("sharings.show", sharing_id=sharing_id), _("差し戻しました。何も公開されていません。")
    )


@bp.post("/sharings/<int:sharing_id>/withdraw")
@requires(Permission.SHARING_WITHDRAW)
def withdraw(actor: Actor, sharing_id: int) -> Response:
    receipt = db.write(withdraw_sharing, actor, command_of(WithdrawSharing, sharing_id=sharing_id))
    return done(receipt.ack(), url_for("sharings.show", sharing_id=sharing_id), _("取り下げました。"))


@bp.post("/sharings/<int:sharing_id>/authors")
@requires(Permission.SHARING_UNMASK)
def authors(actor: Actor, sharing_id: int) -> Page:
    """The people behind the aliases, on the answer to this one request."""
    found = db.write(unmask, actor, command_of(Unmask, sharing_id=sharing_id))
    if wants_json():
        return ok({"authors": [vars(behind) for behind in found]})
    return _page(actor, sharing_id, found)
