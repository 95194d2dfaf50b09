"""四半期の一枚: the figures of a quarter, what they mean, and the consultations behind each."""

from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from hub.actor import Actor
from hub.clock import japan_today
from hub.db import db
from hub.errors import NotFound
from hub.page import page_state
from hub.quarters.figures import FIGURES
from hub.quarters.files import meanings, table_of
from hub.quarters.queries import threads_behind
from hub.quarters.sheet import line_of, sheet_of
from hub.quarters.spans import Quarter, quarter_named, quarter_of
from hub.quarters.wording import definitions, figure_names, kept_share, quarter_name, said
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.sheets.writing import CSV_TYPE, XLSX_TYPE, csv_file, values_file
from hub.shown import wants_all

bp = Blueprint("quarters", __name__)


def _words() -> dict[str, Any]:
    return {
        "names": figure_names(),
        "definitions": definitions(),
        "said": said,
        "kept_share": kept_share,
        "quarter_name": quarter_name,
    }


@bp.get("/quarters")
@requires(Permission.QUARTER_READ)
def index(_actor: Actor) -> BaseResponse:
    """The quarter of today."""
    return redirect(url_for("quarters.show", key=quarter_of(japan_today()).key), code=303)


@bp.get("/quarters/<key>")
@requires(Permission.QUARTER_READ)
def show(actor: Actor, key: str) -> str:
    quarter = _quarter(key)
    sheet, current = db.read_apart(sheet_of, actor, quarter), quarter_of(japan_today())
    with db.read() as session:
        state = page_state(session, actor)
    return render_template("quarters/show.html", page_state=state, sheet=sheet, current=current, **_words())


@bp.get("/quarters/<key>/<any(csv, xlsx):format_>")
@requires(Permission.QUARTER_READ)
def file(actor: Actor, key: str, format_: str) -> Response:
    sheet = db.read_apart(sheet_of, actor, _quarter(key))
    table = table_of(sheet, _("全体") if actor.in_dx_section else "")
    if format_ == "csv":
        body, kind = csv_file([[str(cell) for cell in line] for line in table]), CSV_TYPE
    else:
        body, kind = values_file({_("四半期の一枚"): table, _("数え方"): meanings()}), XLSX_TYPE
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="quarter-{sheet.quarter.key}.{format_}"'
    return answer


@bp.get("/quarters/<key>/figures/<name>")
@bp.get("/quarters/<key>/figures/<name>/<int:organisation_id>")
@requires(Permission.QUARTER_READ)
def rows(actor: Actor, key: str, name: str, organisation_id: int | None = None) -> str:
    """What one figure was counted from."""
    quarter = _quarter(key)
    if name not in FIGURES:
        raise NotFound
    sheet = db.read_apart(sheet_of, actor, quarter)
    line = None if organisation_id is None else line_of(sheet, organisation_id)
    figure = (line.figures if line else sheet.total)[name]
    with db.read() as session:
        state, threads = page_state(session, actor), threads_behind(session, actor, figure, whole=wants_all())
        page = {"quarter": quarter, "name": name, "figure": figure, "line": line, "threads": threads}
        return render_template("quarters/rows.html", page_state=state, **page, **_words())


def _quarter(key: str) -> Quarter:
    """Raises NotFound; a quarter that has not begun has no page."""
    found = quarter_named(key)
    if found is None or found > quarter_of(japan_today()):
        raise NotFound
    return found
