"""The page that takes in a table of people: what its columns are, a template, what it would do, and then doing it."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from hub.accounts.imports import StaffPlan
from hub.accounts.roles import role_name
from hub.accounts.staff_import import TakeInStaff, look_at, packed, take_in_staff, template
from hub.accounts.staff_rows import columns
from hub.actor import Actor
from hub.db import db
from hub.errors import ImportFault, ValidationFailed
from hub.refusals.answering import refused
from hub.search.outbox import wake
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.sheets.reading import Sheet, UnreadableSheet, read_sheet
from hub.sheets.writing import XLSX_TYPE
from hub.speaking import speaking

bp = Blueprint("staff_import", __name__, url_prefix="/admin/people/import")
Page = str | BaseResponse | tuple[str, int]

MOST_SHOWN, MOST_FAULTS = 300, 200


@bp.get("")
@requires(Permission.STAFF_IMPORT)
def page(actor: Actor) -> str:
    return _page()


def _page(**more: Any) -> str:
    return render_template("people/import.html", columns=columns(), **({"faults": []} | more))


def _with_faults(faults: list[str], name: str) -> BaseResponse:
    few = faults[:MOST_FAULTS]
    return refused(_page(faults=few, fault_count=len(faults), name=name), {}, 422)


@bp.get("/template.xlsx")
@requires(Permission.STAFF_IMPORT)
def form(actor: Actor) -> Response:
    response = Response(template(), mimetype=XLSX_TYPE)
    response.headers["Content-Disposition"] = "attachment; filename=staff.xlsx"
    return response


@bp.post("")
@requires(Permission.STAFF_IMPORT)
def look(actor: Actor) -> Page:
    """What the table would do, or every fault of it; nothing is written."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise ValidationFailed({"file": _("ファイルを選んでください。")})
    try:
        sheet = _read(sent.filename, sent.read())
        plan = db.read_in_thread(speaking(partial(_look, actor=actor, sheet=sheet)))
    except UnreadableSheet as fault:
        raise ValidationFailed({"file": str(fault)}) from None
    except ImportFault as fault:
        return _with_faults(fault.faults, sent.filename)
    shown = {
        "plan": plan,
        "rows": plan.rows[:MOST_SHOWN],
        "packed": packed(sheet),
        "name": sent.filename,
        "role_name": role_name,
    }
    return render_template("people/import_preview.html", **shown)


def _look(session: Session, actor: Actor, sheet: Sheet) -> StaffPlan:
    return look_at(session, actor, sheet)


def _read(name: str, content: bytes) -> Sheet:
    """Raises UnreadableSheet, Unavailable."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"upload{Path(name).suffix.lower()[:8]}")
        path.write_bytes(content)
        return read_sheet(path)


@bp.post("/rows")
@requires(Permission.STAFF_IMPORT)
def take(actor: Actor) -> Page:
    """In a thread of its own: hundreds of people take a second, for which nobody else waits."""
    command = TakeInStaff(request.form.get("rows", ""))

    def work(session: Session) -> int:
        return take_in_staff(session, db.confirm(session, actor), command)

    try:
        count = db.write_apart(speaking(work))
    except ImportFault as fault:
        return _with_faults(fault.faults, _("職員の表"))
    wake()
    words = ngettext("%(n)s行を取り込みました。", "%(n)s行を取り込みました。", count, n=f"{count:,}")
    flash(words + " " + _("続けて、招待リンクを渡してください。"), "ok")
    return redirect(url_for("invitations.page"), code=303)
