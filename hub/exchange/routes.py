"""Cases out as files, and in from files; the consent to 一般公開."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import IO, Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub import pool
from hub.actor import Actor
from hub.clock import japan_today
from hub.db import db
from hub.errors import NotFound, ValidationFailed
from hub.exchange.exporting import PART, Exported, ids_to_export, note_export, rows_to_export
from hub.exchange.files import FORMATS, Export
from hub.exchange.importing import ThrowAway, Upload, get_file_for, keep_file, parse_file, preview, throw_away
from hub.exchange.rows import COLUMNS
from hub.exchange.taking import TakeIn, begin_taking, progress_of
from hub.forms import command_of
from hub.installation import is_demo
from hub.library.facets import FACETS
from hub.library.listing import wanted_of
from hub.library.publicity import OpenToPublic, lag_words, open_to_public
from hub.library.words import with_words
from hub.refusals.answering import refused
from hub.responses import done, ok, wants_json
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.speaking import speaking
from hub.streaming import stream_file

bp = Blueprint("exchange", __name__)
Page = str | Response | tuple[str, int]
MOST_FAULTS = 200


@bp.get("/cases/export")
@requires(Permission.CASE_READ)
def export(actor: Actor) -> Page:
    """The cases of the list with its filters, as far as the actor may read them; read and written in the pool, some at
    a time, and sent as a stream."""
    args = request.args
    format_ = args.get("format", "csv")
    if format_ not in FORMATS:
        raise NotFound
    wanted = with_words(actor, wanted_of(args.get("q", ""), {key: args.getlist(key) for key in FACETS}))
    with db.read() as session:
        demo = is_demo(session)
    mark = _("デモ・人物とやりとりは架空") if demo else ""
    made = Export(format_, COLUMNS, mark or _("事例"), mark)
    ids = db.read_in_thread(partial(ids_to_export, actor=actor, wanted=wanted, marked=args.get("marked") == "1"))
    confirm = db.confirm  # in the pool's thread there is no application
    for first in range(0, len(ids), PART):
        db.read_in_thread(partial(_add, made, confirm, actor, ids[first : first + PART]))
    file = pool.run(_written, made)
    db.write(note_export, actor, Exported(format_, made.rows))
    name = f"{_('事例')}-{_('デモ')}-{japan_today()}" if demo else f"{_('事例')}-{japan_today()}"
    response = stream_file(file, FORMATS[format_])
    plain = f"cases-{japan_today()}.{format_}"
    response.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name)}.{format_}"
    return response


def _add(
    made: Export, confirm: Callable[[Session, Actor], Actor], actor: Actor, ids: list[int], session: Session
) -> None:
    """Who it is for may have lost a right meanwhile. Raises SignedOut."""
    made.add(rows_to_export(session, confirm(session, actor), ids))


def _written(made: Export) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    made.write(file)
    file.seek(0)
    return file


@bp.get("/cases/import")
@requires(Permission.CASE_IMPORT)
def import_page(actor: Actor) -> str:
    return _import_page()


def _import_page(**more: Any) -> str:
    return render_template("exchange/import.html", columns=COLUMNS, **more)


@bp.post("/cases/import")
@requires(Permission.CASE_IMPORT)
def look(actor: Actor) -> Page:
    """The preview: every row with what would become of it, or every fault; nothing is imported yet."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise ValidationFailed({"file": _("ファイルを選んでください。")})
    content = sent.read()
    file = parse_file(sent.filename, content)
    seen = db.read_in_thread(speaking(partial(preview, file=file)))
    if seen.faults:
        few, count = seen.faults[:MOST_FAULTS], len(seen.faults)
        if wants_json():
            raise ValidationFailed({"file": "\n".join(few)})
        return refused(_import_page(faults=few, fault_count=count, name=sent.filename), {}, 422)
    file_id = db.write(keep_file, actor, Upload(sent.filename, content, len(file.records))).data["file_id"]
    if wants_json():
        bodies = [body._asdict() for body in seen.new_bodies]
        return ok({"file_id": file_id, **seen.counts, "notes": file.notes, "new_organisations": bodies})
    more = sum(seen.counts.values()) - len(seen.shown)
    shown = {"plan": seen.shown, "more": more, "counts": seen.counts, "notes": file.notes, "bodies": seen.new_bodies}
    return render_template("exchange/preview.html", file_id=file_id, name=sent.filename, **shown)


@bp.post("/cases/import/<int:file_id>")
@requires(Permission.CASE_IMPORT)
def take(actor: Actor, file_id: int) -> Page:
    command = command_of(TakeIn, file_id=file_id)
    if not request.is_json:
        command = replace(command, new_organisations=request.form.getlist("new_organisations"))
    db.write(begin_taking, actor, command)
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
    return done({}, url_for("exchange.import_page"))


@bp.post("/cases/<int:case_id>/public")
@requires(Permission.CASE_PUBLIC)
def public(actor: Actor, case_id: int) -> Page:
    command = command_of(OpenToPublic, case_id=case_id)
    receipt = db.write(open_to_public, actor, command)
    said = _("一般公開への同意を記録しました。") if command.on else _("一般公開を終了しました。")
    warned = lag_words() if receipt.data.get("site_lags") else ""
    return done({}, url_for("cases.show", case_id=case_id), said, warned=warned)
