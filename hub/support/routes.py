"""支援カルテ: the page of one municipality, and what is said of it."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.clock import fiscal_year, japan_today
from hub.config import Config
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.responses import done
from hub.rooms.queries import support_room_of
from hub.security.permissions import Permission, permits
from hub.security.requires import requires
from hub.shown import wants_all
from hub.support.commands import RecordFact
from hub.support.contacts import list_contacts, list_karte_notes
from hub.support.facts import PROFILE, SYSTEMS, THINGS, Thing, is_item
from hub.support.overview import situations_of
from hub.support.people import supporters_of
from hub.support.plan import list_plan
from hub.support.queries import Karte, get_karte_for, list_kartes, list_statements, newest_facts
from hub.support.services.facts import record_fact
from hub.support.wording import choice_names, side_names, state_names, system_names, thing_names, way_names
from hub.threads.composing import new_client_id

bp = Blueprint("karte", __name__)


def words() -> dict[str, Any]:
    return {"things": thing_names(), "choices": choice_names(), "systems": system_names()}


def silence_weeks() -> int:
    """After how many weeks without a contact whoever accompanies a municipality is told."""
    config: Config = current_app.extensions["hub.config"]
    return config.silence_weeks


@bp.get("/support")
@requires(Permission.KARTE_READ)
def index(actor: Actor) -> str | Response:
    """Of somebody who reads one only, that one."""
    with db.read() as session:
        kartes = list_kartes(session, actor)
        if len(kartes) == 1 and not actor.in_dx_section:
            return redirect(url_for("karte.show", organisation_id=kartes[0].id), code=303)
        mine = request.args.get("mine") == "1"
        rows = situations_of(session, actor, kartes, silence_weeks=silence_weeks())
        rows = [row for row in rows if row.mine or not mine]
        return render_template("support/index.html", rows=rows, mine=mine, weeks=silence_weeks())


@bp.get("/support/<int:organisation_id>")
@requires(Permission.KARTE_READ)
def show(actor: Actor, organisation_id: int) -> str:
    with db.read() as session:
        karte = get_karte_for(session, actor, organisation_id)
        return render_template(
            "support/show.html",
            karte=karte,
            body=karte.organisation,
            facts=newest_facts(session, karte),
            profile=PROFILE,
            order=SYSTEMS,
            year=fiscal_year(japan_today()),
            supporters=supporters_of(session, karte, whole=wants_all()),
            room=support_room_of(session, organisation_id),
            **_work(session, actor, karte),
            writes=permits(actor, Permission.KARTE_WRITE, karte.subject),
            **words(),
        )


def _work(session: Session, actor: Actor, karte: Karte) -> dict[str, Any]:
    return {
        "plan": list_plan(session, karte, whole=wants_all()),
        "contacts": list_contacts(session, karte, whole=wants_all()),
        "notes": list_karte_notes(session, actor, karte, whole=wants_all()),
        "states": state_names(),
        "sides": side_names(karte.organisation.name),
        "ways": way_names(),
        "note_id": new_client_id(),
        "situation": situations_of(session, actor, [karte.organisation], silence_weeks=silence_weeks())[0],
    }


@bp.get("/support/<int:organisation_id>/facts/<name>")
@requires(Permission.KARTE_READ)
def fact(actor: Actor, organisation_id: int, name: str) -> str:
    thing, item = THINGS.get(name), request.args.get("item", "")
    if thing is None or not is_item(thing, item):
        raise NotFound
    with db.read() as session:
        karte = get_karte_for(session, actor, organisation_id)
        said = list_statements(session, karte, name, item, whole=wants_all())
        return render_template(
            "support/fact.html",
            body=karte.organisation,
            thing=thing,
            item=item,
            said=said,
            now=said.rows[0].fact if said else None,
            options=_options(thing, bool(said)),
            today=japan_today(),
            client_id=new_client_id(),
            writes=permits(actor, Permission.KARTE_WRITE, karte.subject),
            **words(),
        )


def _options(thing: Thing, said: bool) -> list[tuple[str, str]]:
    names = choice_names()
    return [("", _("記載なし") if said else _("選んでください")), *((name, names[name]) for name in thing.choices)]


@bp.post("/support/<int:organisation_id>/facts")
@requires(Permission.KARTE_WRITE)
def record(actor: Actor, organisation_id: int) -> Response:
    receipt = db.write(record_fact, actor, command_of(RecordFact, organisation_id=organisation_id))
    return done(receipt.ack(), url_for("karte.show", organisation_id=organisation_id), _("記録しました。"), status=201)
