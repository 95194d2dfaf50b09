"""経過: the timeline of a karte."""

from flask import Blueprint, render_template, request

from hub.actor import Actor
from hub.db import db
from hub.keyset import place_of
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.support import timeline
from hub.support.queries import get_karte_for
from hub.support.telling import entries_of
from hub.support.wording import kind_names

bp = Blueprint("karte_timeline", __name__)


@bp.get("/support/<int:organisation_id>/timeline")
@requires(Permission.KARTE_READ)
def index(actor: Actor, organisation_id: int) -> str:
    kind = request.args.get("kind", "")
    place = place_of(request.args.get("after", ""), request.args.get("before", ""))
    with db.read() as session:
        karte = get_karte_for(session, actor, organisation_id)
        found = timeline.timeline_of(session, actor, karte, kind, place)
        return render_template(
            "support/timeline.html",
            body=karte.organisation,
            entries=entries_of(session, actor, karte, found),
            leaf=found.leaf,
            size=timeline.PAGE,
            kind=kind if kind in timeline.KINDS else "",
            kinds=kind_names(),
        )
