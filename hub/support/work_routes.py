"""Plan, visits and calls, and the notes of the DX section."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.clock import japan_today
from hub.db import db
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.responses import done
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.shown import wants_all
from hub.support.commands import AddPlanItem, ChangePlanItem, CorrectContact, PostKarteNote, RecordContact
from hub.support.contacts import get_contact_for, list_tellings
from hub.support.holders import choices, typed
from hub.support.plan import get_item_for, is_overdue, list_changes
from hub.support.queries import Karte, get_karte_for
from hub.support.services.contacts import correct_contact, record_contact
from hub.support.services.noting import post_karte_note
from hub.support.services.planning import add_plan_item, change_plan_item
from hub.support.wording import side_names, state_names, way_names
from hub.threads.composing import new_client_id, unconfirmed_cautions

bp = Blueprint("karte_work", __name__)


def words(karte: Karte) -> dict[str, Any]:
    return {"states": state_names(), "sides": side_names(karte.organisation.name), "ways": way_names()}


def _written(service: Callable[..., Receipt], actor: Actor, command: Any, address: str) -> Response:
    receipt = db.write(service, actor, command)
    return done(receipt.ack(), address, _("記録しました。"), status=201)


def _karte(organisation_id: int) -> str:
    return url_for("karte.show", organisation_id=organisation_id)


@bp.get("/support/<int:organisation_id>/plan/new")
@requires(Permission.KARTE_WRITE)
def plan_new(actor: Actor, organisation_id: int) -> str:
    with db.read() as session:
        karte = _writable(actor, get_karte_for(session, actor, organisation_id))
        return render_template(
            "support/plan_new.html",
            body=karte.organisation,
            holders=choices(session, karte),
            client_id=new_client_id(),
            **words(karte),
        )


def _writable(actor: Actor, karte: Karte) -> Karte:
    require(actor, Permission.KARTE_WRITE, karte.subject)
    return karte


@bp.post("/support/<int:organisation_id>/plan")
@requires(Permission.KARTE_WRITE)
def plan_add(actor: Actor, organisation_id: int) -> Response:
    command = command_of(AddPlanItem, organisation_id=organisation_id)
    return _written(add_plan_item, actor, command, _karte(organisation_id))


@bp.get("/support/plan/<int:item_id>")
@requires(Permission.KARTE_READ)
def plan_item(actor: Actor, item_id: int) -> str:
    with db.read() as session:
        place = get_item_for(session, actor, item_id)
        kept = typed((place.item.duty_id, place.item.holder_id))
        changes = list_changes(session, place, whole=wants_all())
        holders = choices(session, place.karte)
        if kept not in dict(holders):  # who has left holds it until it is given to somebody else
            holders = [(kept, changes.rows[0].holder), *holders]
        return render_template(
            "support/plan_item.html",
            body=place.karte.organisation,
            item=place.item,
            kept=kept,
            overdue=is_overdue(place.item, japan_today()),
            changes=changes,
            holders=holders,
            **words(place.karte),
        )


@bp.post("/support/plan/<int:item_id>")
@requires(Permission.KARTE_WRITE)
def plan_change(actor: Actor, item_id: int) -> Response:
    address = url_for("karte_work.plan_item", item_id=item_id)
    return _written(change_plan_item, actor, command_of(ChangePlanItem, item_id=item_id), address)


@bp.get("/support/<int:organisation_id>/contacts/new")
@requires(Permission.KARTE_WRITE)
def contact_new(actor: Actor, organisation_id: int) -> str:
    return _contact_page(actor, organisation_id)


def _contact_page(actor: Actor, organisation_id: int, warned: Sequence[str] = ()) -> str:
    with db.read() as session:
        karte = _writable(actor, get_karte_for(session, actor, organisation_id))
        return render_template(
            "support/contact_new.html",
            body=karte.organisation,
            values={"held_on": japan_today(), "way": "visit", "people": actor.displayed_name, **request.form},
            client_id=request.form.get("client_id") or new_client_id(),
            warned=warned,
            **words(karte),
        )


@bp.post("/support/<int:organisation_id>/contacts")
@requires(Permission.KARTE_WRITE)
def contact_record(actor: Actor, organisation_id: int) -> Response | str:
    if warned := unconfirmed_cautions():  # the words stay
        return _contact_page(actor, organisation_id, warned)
    command = command_of(RecordContact, organisation_id=organisation_id)
    return _written(record_contact, actor, command, _karte(organisation_id))


@bp.get("/support/contacts/<int:contact_id>")
@requires(Permission.KARTE_READ)
def contact(actor: Actor, contact_id: int) -> str:
    return _telling_page(actor, contact_id)


def _telling_page(actor: Actor, contact_id: int, warned: Sequence[str] = ()) -> str:
    with db.read() as session:
        place = get_contact_for(session, actor, contact_id)
        told = list_tellings(session, place, whole=wants_all())
        now = told.rows[0].contact
        kept = {name: getattr(now, name) or "" for name in ("way", "held_on", "people", "next_step", "next_on")}
        return render_template(
            "support/contact.html",
            body=place.karte.organisation,
            told=told,
            now=now,
            values={**kept, "body": now.agreed, **request.form},
            warned=warned,
            **words(place.karte),
        )


@bp.post("/support/contacts/<int:contact_id>")
@requires(Permission.KARTE_WRITE)
def contact_correct(actor: Actor, contact_id: int) -> Response | str:
    if warned := unconfirmed_cautions():
        return _telling_page(actor, contact_id, warned)
    receipt = db.write(correct_contact, actor, command_of(CorrectContact, contact_id=contact_id))
    address = url_for("karte_work.contact", contact_id=receipt.data["contact_id"])
    return done(receipt.ack(), address, _("記録しました。"), status=201)


@bp.post("/support/<int:organisation_id>/notes")
@requires(Permission.KARTE_NOTE)
def note(actor: Actor, organisation_id: int) -> Response:
    command = command_of(PostKarteNote, organisation_id=organisation_id)
    return _written(post_karte_note, actor, command, _karte(organisation_id) + "#notes")
