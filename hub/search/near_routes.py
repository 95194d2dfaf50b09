"""What is near to something that is there: cases like a case, and the same question in several towns."""

from flask import Blueprint, render_template

from hub.actor import Actor
from hub.db import db
from hub.search.duplicates import LOOKED_AT, list_duplicates
from hub.search.similar import list_cases_like
from hub.search.wording import kind_names
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("near", __name__)


@bp.get("/cases/<int:case_id>/similar")
@requires(Permission.CASE_READ)
def cases(actor: Actor, case_id: int) -> str:
    """Every case page asks for it, so it is not counted among a person's searches; the reading process bounds it."""
    hits = db.read_apart(list_cases_like, actor, case_id)
    return render_template("search/cases.html", hits=hits, kinds=kind_names(), case_id=case_id)


@bp.get("/search/duplicates")
@requires(Permission.DUPLICATES_READ)
def duplicates(actor: Actor) -> str:
    limits().search(actor.staff_id)
    return render_template("search/duplicates.html", pairs=db.read_apart(list_duplicates, actor), looked_at=LOOKED_AT)
