"""Searching, the quick finder, and saved searches."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.db import db
from hub.errors import ValidationFailed
from hub.forms import command_of
from hub.responses import ok, wants_json
from hub.search.finder import look_up
from hub.search.language import MOST_CHARS
from hub.search.presenters import found_data, hit_data
from hub.search.saved import list_saved
from hub.search.searching import MOST_RANKED, ORDERS, PAGE, Found, find
from hub.search.services import OnSaved, SaveSearch, drop_saved, open_saved, save_search
from hub.search.wording import facet_titles, kind_names, name_of, nearest_note, order_names, repaired_note
from hub.security.actor import Actor
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.threads.wording import thread_title

bp = Blueprint("search", __name__)


@bp.get("/search")
@requires(Permission.SIGNED_IN)
def index(actor: Actor) -> str | dict[str, Any]:
    typed, order = request.args.get("q", "")[:MOST_CHARS], request.args.get("order", "")
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_RANKED // PAGE)
    found = db.read_apart(find, actor, typed, order=order, page=page)
    if wants_json():
        return found_data(found)
    return render_template(
        "search/index.html",
        found=found,
        typed=typed,
        page=page,
        pages=-(-min(found.total, MOST_RANKED) // PAGE),
        saved=db.read_apart(list_saved, actor),
        orders=[(order, order_names()[order]) for order in ORDERS if order != "near" or actor.side == "municipality"],
        kinds=kind_names(),
        facet_titles=facet_titles(),
        name_of=name_of,
        notes=[note for note in (repaired_note(found), nearest_note(found)) if note],
    )


@bp.get("/search/finder")
@requires(Permission.SIGNED_IN)
def finder(actor: Actor) -> dict[str, Any]:
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
    none = "" if answer.total else _("検索結果: 該当なし")
    return [note for note in (none, repaired_note(answer), nearest_note(answer)) if note]


@bp.post("/search/saved")
@requires(Permission.SIGNED_IN)
def save(actor: Actor) -> Response:
    command = command_of(SaveSearch)
    try:
        saved_id = db.write(save_search, actor, command)
    except ValidationFailed as fault:
        if wants_json():
            raise
        flash(" ".join(fault.fields.values()), "warn")
        return redirect(url_for("search.index", q=command.q), code=303)
    if wants_json():
        return ok({"saved_id": str(saved_id)}, 201)
    flash(_("検索を保存しました。新しく見つかったものの数が、検索のページに出ます。"), "ok")
    return redirect(url_for("search.index", q=command.q), code=303)


@bp.post("/search/saved/<int:saved_id>/open")
@requires(Permission.SIGNED_IN)
def open_one(actor: Actor, saved_id: int) -> Response:
    query = db.write(open_saved, actor, OnSaved(saved_id))
    return ok({"q": query}) if wants_json() else redirect(url_for("search.index", q=query, order="new"), code=303)


@bp.post("/search/saved/<int:saved_id>/delete")
@requires(Permission.SIGNED_IN)
def drop(actor: Actor, saved_id: int) -> Response:
    db.write(drop_saved, actor, OnSaved(saved_id))
    return ok({}) if wants_json() else redirect(url_for("search.index"), code=303)
