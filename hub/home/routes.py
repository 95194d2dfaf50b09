"""ホーム: the first page, with what waits for the person who is signed in."""

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.home import queries
from hub.home.following import followed_news
from hub.home.morning import morning
from hub.home.services import close_tour
from hub.library.card_words import card_words
from hub.library.endings import list_endings
from hub.library.news import near_news
from hub.library.waiting import cases_to_confirm, drafts_in_hand
from hub.page import page_state
from hub.people.covering import gaps_in_dx
from hub.people.queries import own_staff
from hub.responses import done, wants_json
from hub.security.permissions import MUNICIPAL, Permission, may_ever
from hub.security.requires import actor_or_none, public, requires
from hub.sharing.parties import waiting_for
from hub.shown import wants_all
from hub.spreading.news import news_of
from hub.threads.consultations.clocks import clock_names
from hub.threads.room_listing import list_rooms
from hub.visits.queries import coming_visits, count_waiting

bp = Blueprint("home", __name__)
WEEK, MONTH = 7, 31  # days


@bp.get("/")
@requires(Permission.SIGNED_IN)
def index(actor: Actor) -> str | dict[str, str]:
    """As JSON the lists alone: what an open page asks for when something has changed in them."""
    with db.read() as session:
        if wants_json():
            return {"html": render_template("home/_lists.html", **_lists(session, actor))}
        state = page_state(session, actor)
        first_visit = own_staff(session, actor).toured_at is None
        lists = _lists(session, actor)
        near = near_news(session, actor) if may_ever(actor, Permission.CASE_READ) else []
        words = card_words() if near else {}
        return render_template(
            "home/index.html", page_state=state, first_visit=first_visit, near_cases=near, **lists, **words
        )


def _lists(session: Session, actor: Actor) -> dict[str, Any]:
    return {
        "sharings_waiting": waiting_for(session, actor),
        "endings": list_endings(session, actor, whole=wants_all()),
        "followed": followed_news(session, actor, whole=wants_all()),
        **_library(session, actor),
        **_waiting(session, actor),
        **news_of(session, actor, whole=wants_all()),
    }


def _library(session: Session, actor: Actor) -> dict[str, Any]:
    """What cases and 視察 ask of somebody who works on them."""
    if not may_ever(actor, Permission.CASE_CREATE):
        return {}
    return {
        "to_confirm": cases_to_confirm(session, actor, whole=wants_all()),
        "drafts": drafts_in_hand(session, actor, whole=wants_all()),
        "visits_waiting": count_waiting(session, actor),
        "visits_coming": coming_visits(session, actor, days=WEEK if actor.in_dx_section else MONTH),
    }


def _waiting(session: Session, actor: Actor) -> dict[str, Any]:
    """Which home somebody sees (`view`) and what stands in it."""
    if actor.role in MUNICIPAL.split():
        return _municipal(session, actor)
    if actor.in_dx_section:
        mine = request.args.get("mine") == "1"
        parts = morning(session, actor, mine=mine, whole=wants_all())
        return {"view": "dx", "morning": parts, "gaps": gaps_in_dx(session), "mine": mine}
    if actor.role == "admin":
        return {"view": "admin"}
    return {"view": "invited", "rooms": list_rooms(session, actor), "dx_section": queries.dx_section_name(session)}


def _municipal(session: Session, actor: Actor) -> dict[str, Any]:
    items = queries.own_consultations(session, actor)
    fresh = [i for i in items if i.row.data["state"] == "answered" and i.row.unread]
    return {
        "view": "municipal",
        "answers": fresh,
        "consultations": [i for i in items if i.asked and i not in fresh],
        "colleagues": [i for i in items if not i.asked and i not in fresh],
        "notices": queries.unconfirmed_notices(session, actor, whole=wants_all()),
        "room": queries.own_support_room(session, actor),
        "dx_section": queries.dx_section_name(session),
    }


@bp.post("/tour")
@requires(Permission.SIGNED_IN)
def tour(actor: Actor) -> Response:
    db.write(close_tour, actor, None)
    return done({}, "/")


@bp.get("/help")
@public
def help_page() -> str:
    """How to use the hub, whom to ask, and what it promises to everybody; also for those who cannot sign in."""
    actor = actor_or_none()
    if actor is None:
        return render_template("home/help.html", managers=[], clock_names=clock_names())
    with db.read() as session:
        return render_template(
            "home/help.html", managers=queries.managers_of(session, actor), clock_names=clock_names()
        )
