"""同義語の管理: the groups, changing one with a preview, taking in a file."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.errors import NotFound
from hub.forms import command_of
from hub.ids import exact
from hub.refusals.answering import refused
from hub.search.analysis import fold
from hub.search.synonym_files import SynonymFile, read_file
from hub.search.synonym_preview import preview, preview_import, unreadable_words
from hub.search.synonym_services import (
    DropGroup,
    PutGroup,
    checked_words,
    drop_group,
    drop_import,
    import_groups,
    put_group,
    refuse_unreadable,
)
from hub.search.synonym_store import Group, groups_in_force
from hub.security.permissions import Permission
from hub.security.requires import actor_or_none, requires

bp = Blueprint("synonyms", __name__)
MOST_SHOWN, FILE_BYTES = 100, 4 * 1024 * 1024
Page = str | Response | tuple[str, int]


@bp.url_value_preprocessor
def allow_a_file(endpoint: str | None, _values: object) -> None:
    """Sudachi's own file has 2.9 MB, more than a form may have. Runs before the token of the form is read."""
    if endpoint == "synonyms.take_in" and actor_or_none() is not None:
        request.max_content_length = FILE_BYTES


@bp.get("/search/synonyms")
@requires(Permission.SYNONYMS)
def index(actor: Actor) -> str:
    return _page()


def _page(**shown: object) -> str:
    wanted = fold(request.args.get("q", "").strip())
    with db.read() as session:
        groups = groups_in_force(session)
    found = [g for g in groups if wanted in fold("、".join(g.words))]
    listed = [g for g in found if g.origin != "import" or wanted]
    return render_template(
        "search/synonyms.html",
        groups=listed[:MOST_SHOWN],
        total=len(listed),
        imported=sum(g.origin == "import" for g in groups),
        wanted=request.args.get("q", ""),
        chosen=_chosen(groups),
        **({"effects": None, "typed": None, "dropping": False, "exchange": None, "passed": ""} | shown),
    )


def _chosen(groups: list[Group]) -> Group | None:
    """The group that is being changed."""
    values = request.form if request.method == "POST" else request.args
    key, id_ = values.get("replaces", ""), values.get("group_id", 0, type=exact)
    return next((g for g in groups if (id_ and g.id == id_) or (not id_ and key and g.key == key)), None)


@bp.post("/search/synonyms")
@requires(Permission.SYNONYMS)
def put(actor: Actor) -> Page:
    """The form's first button shows what would change, the second one changes it."""
    command = command_of(PutGroup)
    try:
        words = checked_words(command.words)
        refuse_unreadable(db.read_apart(unreadable_words, words))
        if request.form.get("action") == "preview":
            key, id_ = command.replaces or "", command.group_id or 0
            effects = db.read_apart(preview, actor, words, replaces=key, group_id=id_)
            return _page(effects=effects, typed=command.words)
        db.write(put_group, actor, command)
    except NotFound as fault:  # an import has taken it away meanwhile: what was typed stays
        gone = {"words": _("このグループはもうありません。このまま保存すると、新しいグループになります。")}
        return refused(_page(typed=command.words), gone, fault.status)
    flash(_("同義語を変更しました。次の検索から反映されます。"), "ok")
    return redirect(url_for("synonyms.index"), code=303)


@bp.post("/search/synonyms/drop")
@requires(Permission.SYNONYMS)
def drop(actor: Actor) -> Page:
    command = command_of(DropGroup)
    if request.form.get("action") == "preview":
        key, id_ = command.replaces or "", command.group_id or 0
        return _page(effects=db.read_apart(preview, actor, (), replaces=key, group_id=id_), dropping=True)
    db.write(drop_group, actor, command)
    flash(_("このグループの使用をやめました。"), "ok")
    return redirect(url_for("synonyms.index"), code=303)


@bp.post("/search/synonyms/import")
@requires(Permission.SYNONYMS)
def take_in(actor: Actor) -> Page:
    """A file in place of the last one; without a file the last one goes."""
    file = request.files.get("file")
    found = read_file(file.read()) if file and file.filename else None
    if request.form.get("action") == "preview":
        exchange = db.read_apart(preview_import, actor, found.groups if found else ())
        return _page(effects=exchange.effects, exchange=exchange, passed=_passed_words(found))
    if found is None:
        db.write(drop_import, actor, None)
        flash(_("取り込んだ同義語を外しました。"), "ok")
        return redirect(url_for("synonyms.index"), code=303)
    count = db.write(import_groups, actor, found.groups)
    if words := _passed_words(found):
        flash(words, "warn")
    flash(
        ngettext(
            "%(n)s組を取り込みました。次の検索から反映されます。",
            "%(n)s組を取り込みました。次の検索から反映されます。",
            count,
            n=f"{count:,}",
        ),
        "ok",
    )
    return redirect(url_for("synonyms.index"), code=303)


def _passed_words(found: SynonymFile | None) -> str:
    if found is None or not found.passed:
        return ""
    return ngettext(
        "同義語の形式でない%(n)s行は取り込みません。",
        "同義語の形式でない%(n)s行は取り込みません。",
        found.passed,
        n=f"{found.passed:,}",
    )
