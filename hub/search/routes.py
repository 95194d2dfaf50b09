"""Searching, the quick finder, and saved searches."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.ids import number_of
from hub.page import page_state
from hub.responses import done, wants_json
from hub.search.finder import look_up
from hub.search.language import MOST_CHARS
from hub.search.ordering import ORDERS, REACH, pages_of
from hub.search.presenters import found_data, hit_data
from hub.search.saved import MOST_REMEMBERED, list_saved, look_again, look_for
from hub.search.searching import Found, find
from hub.search.services import (
    OnSaved,
    Opened,
    SaveSearch,
    checked_query,
    drop_saved,
    open_saved,
    refuse_unfindable,
    save_search,
)
from hub.search.wording import facet_titles, kind_names, name_of, nearest_note, order_names, repaired_note
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.threads.wording import thread_title

bp = Blueprint("search", __name__)


@bp.get("/search")
@requires(Permission.SIGNED_IN)
def index(actor: Actor) -> str | dict[str, Any]:
    limits().search(actor.staff_id)
    given = request.args.get("q", "")[: MOST_CHARS + 1]
    order = request.args.get("order", "")
    opened = _opened(request.args.get("saved", ""))
    with db.read() as session:  # the page lives: hits leave it when their texts are taken out
        state = None if wants_json() else page_state(session, actor)
    page = request.args.get("page", 1, type=int)
    found = db.read_apart(find, actor, given, order=order, page=page, saved_id=opened)
    if wants_json():
        return found_data(found)
    return render_template(
        "search/index.html",
        page_state=state,
        found=found,
        typed=given[:MOST_CHARS],
        pages=pages_of(found.total),
        reach=REACH,
        opened=opened,
        saved=db.read_apart(list_saved, actor),
        most_remembered=MOST_REMEMBERED,
        orders=[(order, order_names()[order]) for order in ORDERS if order != "near" or actor.side == "municipality"],
        kinds=kind_names(),
        facet_titles=facet_titles(),
        name_of=name_of,
        notes=[note for note in (repaired_note(found), nearest_note(found)) if note],
    )


def _opened(saved_id: str) -> int:
    """The saved search that led here; 0 for none, and for what cannot be one."""
    return number_of(saved_id) or 0


@bp.get("/search/finder")
@requires(Permission.SIGNED_IN)
def finder(actor: Actor) -> dict[str, Any]:
    limits().search(actor.staff_id)
    typed = request.args.get("q", "")[:MOST_CHARS]
    found = db.read_apart(look_up, actor, typed)
    return {
        "rooms": [{"title": room.title, "url": room.url} for room in found.rooms],
        "people": [{"title": person.heading, "where": person.where, "url": person.url} for person in found.people],
        "recent": [{"title": thread_title(read._asdict()), "url": read.url} for read in found.recent],
        "results": [hit_data(hit) for hit in found.hits],
        "nearest": found.answer is not None and found.answer.nearest,
        "notes": _finder_notes(found.answer),
        "words": [{"title": word, "url": url_for("search.index", q=word)} for word in found.words],
    }


def _finder_notes(answer: Found | None) -> list[str]:
    """What the page says above its results."""
    if answer is None:
        return []
    none = "" if answer.total else _("検索結果：該当なし")
    return [note for note in (none, repaired_note(answer), nearest_note(answer)) if note]


@bp.post("/search/saved")
@requires(Permission.SIGNED_IN)
def save(actor: Actor) -> Response:
    limits().search(actor.staff_id)
    command = command_of(SaveSearch)
    query = checked_query(command.q)
    refuse_unfindable(db.read_apart(find, actor, query))
    look = db.read_apart(look_for, actor, query)
    saved_id = db.write(save_search, actor, look)
    return done(
        {"saved_id": str(saved_id)},
        url_for("search.index", q=command.q),
        _("検索を保存しました。新しく見つかったものの数が、検索のページに表示されます。"),
        status=201,
    )


@bp.post("/search/saved/<int:saved_id>/open")
@requires(Permission.SIGNED_IN)
def open_one(actor: Actor, saved_id: int) -> Response:
    limits().search(actor.staff_id)
    # Before the write, and in the reading process: what is committed meanwhile is new at the next look.
    query = db.write(open_saved, actor, Opened(saved_id, db.read_apart(look_again, actor, saved_id)))
    return done({"q": query}, url_for("search.index", q=query, order="new", saved=saved_id))


@bp.post("/search/saved/<int:saved_id>/delete")
@requires(Permission.SIGNED_IN)
def drop(actor: Actor, saved_id: int) -> Response:
    db.write(drop_saved, actor, OnSaved(saved_id))
    return done({}, url_for("search.index"))
