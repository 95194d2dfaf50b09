"""What the prefecture looks after: fields, tags, and what cases rest on."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.ids import exact
from hub.library.bases import cases_on, list_bases
from hub.library.commands import (
    AddBasis,
    AddField,
    AddTag,
    AddTagGroup,
    ChangeBasis,
    ChangeField,
    DropField,
    SettleBasis,
    SettleTag,
)
from hub.library.services.bases import add_basis, change_basis, settle_basis
from hub.library.services.vocabulary import add_field, add_tag, add_tag_group, change_field, drop_field, settle_tag
from hub.library.vocabulary import list_field_rows, list_tag_shelves
from hub.library.wording import basis_kinds
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.shown import wants_all
from hub.steps import step

bp = Blueprint("curation", __name__)
Page = str | Response


@bp.get("/cases/fields")
@requires(Permission.CURATE)
def fields(_actor: Actor) -> str:
    with db.read() as session:
        rows = list_field_rows(session)
    return render_template("cases/fields.html", rows=rows)


@bp.get("/cases/tags")
@requires(Permission.CURATE)
def tags(_actor: Actor) -> str:
    with db.read() as session:
        shelves = list_tag_shelves(session)
    return render_template("cases/tags.html", shelves=shelves, whole=wants_all())


@bp.get("/cases/bases")
@requires(Permission.CURATE)
def bases(actor: Actor) -> str:
    wanted = request.args.get("basis", type=exact) or 0
    with db.read() as session:
        rows = list_bases(session)
        cases = cases_on(session, actor, wanted) if wanted < 2**53 and wanted else []
    return render_template("cases/bases.html", rows=rows, wanted=wanted, cases=cases, kinds=basis_kinds())


def _list(name: str) -> Callable[..., str]:
    return lambda **_ids: url_for(f"curation.{name}")


_STEPS: tuple[tuple[str, str, Any, Any, str], ...] = (
    ("add_field", "/cases/fields", add_field, AddField, "fields"),
    ("change_field", "/cases/fields/<int:field_id>", change_field, ChangeField, "fields"),
    ("drop_field", "/cases/fields/<int:field_id>/removal", drop_field, DropField, "fields"),
    ("add_tag_group", "/cases/tags/groups", add_tag_group, AddTagGroup, "tags"),
    ("add_tag", "/cases/tags/groups/<int:group_id>/tags", add_tag, AddTag, "tags"),
    ("settle_tag", "/cases/tags/<int:tag_id>", settle_tag, SettleTag, "tags"),
    ("add_basis", "/cases/bases", add_basis, AddBasis, "bases"),
    ("settle_basis", "/cases/bases/<int:basis_id>/name", settle_basis, SettleBasis, "bases"),
    ("change_basis", "/cases/bases/<int:basis_id>", change_basis, ChangeBasis, "bases"),
)
for _name, _path, _service, _kind, _goal in _STEPS:
    bp.add_url_rule(
        _path,
        endpoint=_name,
        view_func=requires(Permission.CURATE)(step(_service, _kind, _list(_goal))),
        methods=["POST"],
    )
