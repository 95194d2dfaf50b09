"""Cases out as files, and in from files; the consent to 一般公開."""

from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub import pool
from hub.clock import japan_today
from hub.db import db
from hub.errors import Conflict, NotFound, ValidationFailed
from hub.exchange.exporting import Exported, note_export
from hub.exchange.files import FORMATS, as_file
from hub.exchange.importing import ThrowAway, Upload, get_file_for, keep_file, parse_file, preview, speaking, throw_away
from hub.exchange.publicity import OpenToPublic, lag_words, open_to_public
from hub.exchange.rows import COLUMNS, home_of, row_of, said_by
from hub.exchange.taking import TakeIn, begin_taking, progress_of, start
from hub.forms import command_of
from hub.installation import is_demo
from hub.library.facets import FACETS
from hub.library.listing import find_cases, wanted_of
from hub.library.words import with_words
from hub.responses import ok, wants_json
from hub.security.actor import Actor
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("exchange", __name__)
Page = str | Response | tuple[str, int]
MOST_FAULTS = 200


@bp.get("/cases/export")
@requires(Permission.CASE_READ)
def export(actor: Actor) -> Page:
    """The cases of the list with its filters, as far as the actor may read them."""
    args = request.args
    format_ = args.get("format", "csv")
    if format_ not in FORMATS:
        raise NotFound
    wanted = with_words(actor, wanted_of(args.get("q", ""), {key: args.getlist(key) for key in FACETS}))
    with db.read() as session:
        said = list(said_by(session, find_cases(session, actor, wanted, marked=args.get("marked") == "1")))
        home, demo = home_of(session), is_demo(session)
    mark = _("デモ・人物とやりとりは架空") if demo else ""
    content = pool.run(as_file, format_, [row_of(one, home) for one in said], COLUMNS, mark or _("事例"), mark)
    db.write(note_export, actor, Exported(format_, len(said)))
    name = f"{_('事例')}-{_('デモ')}-{japan_today()}" if demo else f"{_('事例')}-{japan_today()}"
    response = Response(content, mimetype=FORMATS[format_])
    plain = f"cases-{japan_today()}.{format_}"
    response.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name)}.{format_}"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/cases/import")
@requires(Permission.CASE_IMPORT)
def import_page(actor: Actor) -> str:
    return _import_page({})


def _import_page(errors: dict[str, str], **more: Any) -> str:
    return render_template("exchange/import.html", errors=errors, columns=COLUMNS, **more)


@bp.post("/cases/import")
@requires(Permission.CASE_IMPORT)
def look(actor: Actor) -> Page:
    """The preview: every row with what would become of it, or every fault; nothing is imported yet."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(ValidationFailed({"file": _("ファイルを選んでください。")}))
    content = sent.read()
    try:
        records = parse_file(sent.filename, content)
    except ValidationFailed as fault:
        return _refused(fault)
    seen = db.read_in_thread(speaking(partial(preview, records=records)))
    if seen.faults:
        few, count = seen.faults[:MOST_FAULTS], len(seen.faults)
        if wants_json():
            raise ValidationFailed({"file": "\n".join(few)})
        return _import_page({}, faults=few, fault_count=count, name=sent.filename), 422
    file_id = db.write(keep_file, actor, Upload(sent.filename, content, len(records))).data["file_id"]
    if wants_json():
        return ok({"file_id": file_id, **seen.counts})
    more = sum(seen.counts.values()) - len(seen.shown)
    shown = {"plan": seen.shown, "more": more, "counts": seen.counts}
    return render_template("exchange/preview.html", file_id=file_id, name=sent.filename, **shown)


def _refused(fault: ValidationFailed) -> Page:
    if wants_json():
        raise fault
    return _import_page(fault.fields), fault.status


@bp.post("/cases/import/<int:file_id>")
@requires(Permission.CASE_IMPORT)
def take(actor: Actor, file_id: int) -> Page:
    if db.write(begin_taking, actor, command_of(TakeIn, file_id=file_id)).data["begun"]:
        start(actor, file_id)
    return taking(actor, file_id) if wants_json() else redirect(url_for("exchange.taking", file_id=file_id), code=303)


@bp.get("/cases/import/<int:file_id>")
@requires(Permission.CASE_IMPORT)
def taking(actor: Actor, file_id: int) -> Page:
    """How far the import is; in the end what came of it."""
    with db.read() as session:
        progress = progress_of(get_file_for(session, actor, file_id))
    if wants_json():
        return ok({"file_id": str(file_id), **asdict(progress)})
    return render_template("exchange/taking.html", file_id=file_id, progress=progress)


@bp.post("/cases/import/<int:file_id>/removal")
@requires(Permission.CASE_IMPORT)
def cancel(actor: Actor, file_id: int) -> Page:
    db.write(throw_away, actor, ThrowAway(file_id))
    return ok({}) if wants_json() else redirect(url_for("exchange.import_page"), code=303)


@bp.post("/cases/<int:case_id>/public")
@requires(Permission.CASE_PUBLIC)
def public(actor: Actor, case_id: int) -> Page:
    command = command_of(OpenToPublic, case_id=case_id)
    try:
        receipt = db.write(open_to_public, actor, command)
    except Conflict as fault:
        if wants_json() or not fault.message:
            raise
        flash(fault.message, "warn")
        return redirect(url_for("cases.show", case_id=case_id), code=303)
    if wants_json():
        return ok({})
    flash(_("一般公開への同意を記録しました。") if command.on else _("一般公開をやめました。"), "ok")
    if receipt.data.get("site_lags"):
        flash(lag_words(), "warn")
    return redirect(url_for("cases.show", case_id=case_id), code=303)
