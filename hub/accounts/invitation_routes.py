"""The page on which many are invited at once: a manager their town, a lead the prefecture, an administrator all."""

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from hub.accounts.invitations import MOST_AT_ONCE, InviteMany, invite_many, table_of, waiting_for
from hub.actor import Actor
from hub.db import db
from hub.ids import numbers_of
from hub.security.origins import public_address
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.sheets.writing import CSV_TYPE, csv_file

bp = Blueprint("invitations", __name__, url_prefix="/admin/people/invitations")
Page = str | BaseResponse


@bp.get("")
@requires(Permission.STAFF_MANAGE)
def page(actor: Actor) -> str:
    with db.read() as session:
        people = waiting_for(session, actor)
    mailing = current_app.extensions["hub.config"].mailing == "smtp"
    return render_template("people/invitations.html", people=people, most=MOST_AT_ONCE, mailing=mailing)


@bp.post("")
@requires(Permission.STAFF_MANAGE)
def create(actor: Actor) -> Page:
    """The links are in this answer alone; the database keeps their hashes."""
    chosen = InviteMany(tuple(numbers_of(request.form.getlist("staff_ids"))))
    invited = db.write(invite_many, actor, chosen)
    response = Response(csv_file(table_of(invited, lambda link: public_address(link.path))), mimetype=CSV_TYPE)
    response.headers["Content-Disposition"] = "attachment; filename=links.csv"
    response.headers["Cache-Control"] = "no-store"
    return response
