"""特集: the pages, and the DX section's work on them."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.library.collections import get_collection_for, list_collections
from hub.library.commands import PutInCollection, SaveCollection, ShowCollection, TakeOutOfCollection
from hub.library.services.collecting import (
    put_in_collection,
    save_collection,
    show_collection,
    take_out_of_collection,
)
from hub.responses import done
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.steps import step

bp = Blueprint("collections", __name__)
Page = str | Response


@bp.get("/cases/collections")
@requires(Permission.CASE_READ)
def index(actor: Actor) -> str:
    with db.read() as session:
        rows = list_collections(session, actor)
    return render_template("cases/collections.html", rows=rows)


@bp.post("/cases/collections")
@requires(Permission.CURATE)
def create(actor: Actor) -> Page:
    receipt = db.write(save_collection, actor, command_of(SaveCollection))
    return _goal(receipt, int(receipt.data["collection_id"]))


@bp.get("/cases/collections/<int:collection_id>")
@requires(Permission.CASE_READ)
def show(actor: Actor, collection_id: int) -> str:
    with db.read() as session:
        collection, chosen = get_collection_for(session, actor, collection_id)
    return render_template("cases/collection.html", collection=collection, chosen=chosen)


def _goal(receipt: Receipt, collection_id: int) -> Response:
    return done(receipt.ack(), url_for("collections.show", collection_id=collection_id), _("記録しました。"))


_STEPS: tuple[tuple[str, str, Any, Any], ...] = (
    ("save", "", save_collection, SaveCollection),
    ("put", "/cases", put_in_collection, PutInCollection),
    ("take", "/removal", take_out_of_collection, TakeOutOfCollection),
    ("publish", "/publication", show_collection, ShowCollection),
)
for _name, _path, _service, _kind in _STEPS:
    bp.add_url_rule(
        f"/cases/collections/<int:collection_id>{_path}",
        endpoint=_name,
        view_func=requires(Permission.CURATE)(step(_service, _kind, partial(url_for, "collections.show"))),
        methods=["POST"],
    )
