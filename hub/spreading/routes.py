"""横展開 of one case: checklist, lineage, map; and what two bodies say to each other about it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.library.viewing import view_case
from hub.library.wording import adoption_names, ease_names, state_letters
from hub.responses import done, ok
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.spreading.commands import (
    Hear,
    LinkPredecessor,
    SeeThanks,
    SettleProposal,
    Tick,
    TickAll,
    UnlinkPredecessor,
)
from hub.spreading.services.checklists import tick, tick_all
from hub.spreading.services.descent import link_predecessor, unlink_predecessor
from hub.spreading.services.hearing import hear_adoption, see_thanks, settle_proposal
from hub.spreading.viewing import adoption_map, spread_of
from hub.spreading.wording import state_meanings

bp = Blueprint("spreading", __name__)
Page = str | Response | tuple[str, int]


@bp.get("/cases/<int:case_id>/spread")
@requires(Permission.CASE_READ)
def show(actor: Actor, case_id: int) -> str:
    with db.read() as session:
        view = view_case(session, actor, case_id)
        spread, map_ = spread_of(session, actor, view), adoption_map(session, view)
    return render_template(
        "spreading/case.html",
        view=view,
        case=view.place.case,
        body=view.place.organisation,
        spread=spread,
        map=map_,
        states=adoption_names(),
        letters=state_letters(),
        meanings=state_meanings(),
        ease_names=ease_names(),
    )


@bp.post("/cases/<int:case_id>/checklist")
@requires(Permission.CASE_ADOPT)
def check(actor: Actor, case_id: int) -> Page:
    """JSON ticks one item; the form sends the whole list."""
    if request.is_json:
        return ok(db.write(tick, actor, command_of(Tick, case_id=case_id)).ack())
    shown, ticked = (" ".join(request.form.getlist(name)) for name in ("shown", "ticked"))
    db.write(tick_all, actor, TickAll(case_id, shown, ticked))
    flash(_("記録しました。"), "ok")
    return redirect(url_for("cases.show", case_id=case_id, ours=1, _anchor="ours"), code=303)


@bp.post("/cases/<int:case_id>/predecessors")
@requires(Permission.CASE_EDIT)
def link(actor: Actor, case_id: int) -> Page:
    db.write(link_predecessor, actor, command_of(LinkPredecessor, case_id=case_id))
    return _to_lineage(case_id)


@bp.post("/cases/<int:case_id>/predecessors/<int:predecessor_id>/removal")
@requires(Permission.CASE_EDIT)
def unlink(actor: Actor, case_id: int, predecessor_id: int) -> Page:
    db.write(unlink_predecessor, actor, UnlinkPredecessor(case_id, predecessor_id))
    return _to_lineage(case_id)


def _to_lineage(case_id: int) -> Response:
    return done({}, url_for("spreading.show", case_id=case_id, _anchor="lineage"), _("記録しました。"))


@bp.post("/adoptions/<int:adoption_id>/settlement")
@requires(Permission.CASE_ADOPT)
def settle(actor: Actor, adoption_id: int) -> Page:
    command = command_of(SettleProposal, adoption_id=adoption_id)
    receipt = db.write(settle_proposal, actor, command)
    if not command.on:
        return done(receipt.ack(), url_for("inbox.index"), _("提案を取り消しました。"))
    address = url_for("cases.show", case_id=receipt.data["case_id"], ours=1, _anchor="ours")
    return done(receipt.ack(), address, _("自団体の状況を記録しました。"))


@bp.post("/adoptions/<int:adoption_id>/hearing")
@requires(Permission.CASE_THANK_ADOPTER)
def hear(actor: Actor, adoption_id: int) -> Page:
    command = command_of(Hear, adoption_id=adoption_id)
    if not request.is_json and request.form.get("thank") == "1":
        command = Hear(adoption_id, request.form.get("thanks", "")[:5_000])
    receipt = db.write(hear_adoption, actor, command)
    return done(
        receipt.ack(),
        url_for("inbox.index"),
        _("お礼を伝えました。") if command.thanks is not None else _("既読にしました。"),
    )


@bp.post("/adoptions/<int:adoption_id>/thanks-seen")
@requires(Permission.CASE_ADOPT)
def seen(actor: Actor, adoption_id: int) -> Page:
    receipt = db.write(see_thanks, actor, command_of(SeeThanks, adoption_id=adoption_id))
    return done(receipt.ack(), url_for("inbox.index"))
