"""The audit record as a page."""

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from hub.actor import Actor
from hub.db import db
from hub.ids import number_of
from hub.page import page_state
from hub.records.queries import PAGE, Wanted, list_audit
from hub.records.words import action_words, thing_words
from hub.security.permissions import Permission
from hub.security.requires import requires

bp = Blueprint("records", __name__)

YEARS = range(2000, 2200)


@bp.get("/admin/audit")
@requires(Permission.AUDIT_READ)
def audit(actor: Actor) -> tuple[str, int]:
    errors: dict[str, str] = {}
    wanted = Wanted(_day("from", errors), _day("until", errors), _before(), request.args.get("sign_ins") == "1")
    with db.read() as session:
        state = page_state(session, actor)
        entries = list_audit(session, actor, wanted)
        page = render_template(
            "records/audit.html",
            page_state=state,
            entries=entries,
            words=action_words(),
            things=thing_words(),
            more=len(entries) == PAGE,
            wanted=wanted,
            errors=errors,
        )
    return page, 422 if errors else 200


def _day(name: str, errors: dict[str, str]) -> date | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        errors[name] = _("日付は 2026-04-01 の形で入力してください。")
        return None
    return day


def _before() -> int | None:
    text = request.args.get("before", "")
    return number_of(text)
