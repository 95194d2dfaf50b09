"""Taking in a table of people through its page: looked at first, then written. Who may do so decides here."""

import json
from typing import Annotated, Any

from flask_babel import gettext as _
from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.accounts.imports import StaffPlan, plan_staff, put_people
from hub.accounts.staff_rows import ALIASES, checked_people, columns
from hub.actor import Actor
from hub.errors import ImportFault, ValidationFailed
from hub.people.models import Staff
from hub.security.permissions import Permission, require_role
from hub.sheets.reading import Row, Sheet
from hub.sheets.writing import template_file

MOST_ROWS = 3_000
_Cells = dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=300)]]
_ROWS: TypeAdapter[list[tuple[int, _Cells]]] = TypeAdapter(list[tuple[int, _Cells]])


@dataclass(frozen=True)
class TakeInStaff:
    """The rows that were looked at, as `packed` said them."""

    rows: str


def look_at(session: Session, actor: Actor, sheet: Sheet) -> StaffPlan:
    """What the table would do; nothing is written. Raises Forbidden, ImportFault."""
    _check(session, actor, sheet)
    return plan_staff(session, sheet)


def take_in_staff(session: Session, actor: Actor, command: TakeInStaff) -> int:
    """Write the rows, all or none: they are checked anew. How many they were. Raises Forbidden, ImportFault."""
    sheet = unpacked(command.rows)
    _check(session, actor, sheet)
    people = checked_people(session, sheet)
    put_people(session, people, actor=actor)
    return len(people)


def _check(session: Session, actor: Actor, sheet: Sheet) -> None:
    require_role(actor, Permission.STAFF_IMPORT)
    if len(sheet.rows) > MOST_ROWS:
        raise ImportFault([_("一度に取り込めるのは%(n)s行までです。", n=f"{MOST_ROWS:,}")])
    own = session.get_one(Staff, actor.staff_id).email
    mine = [row.number for row in sheet.rows if own in (cell.strip().lower() for cell in row.cells.values())]
    if mine:
        words = _("自分の所属は、ほかの管理者が変更します。")
        raise ImportFault([_("%(n)s行目：%(reason)s", n=number, reason=words) for number in mine])


def packed(sheet: Sheet) -> str:
    """The rows for the form that says yes to them: no copy of the table stays in the hub meanwhile."""
    known = set(ALIASES) | set(ALIASES.values())
    rows = [[row.number, {k: v for k, v in row.cells.items() if v and k in known}] for row in sheet.rows]
    return json.dumps(rows, ensure_ascii=False)


def unpacked(rows: str) -> Sheet:
    """Raises ValidationFailed."""
    try:
        return Sheet([Row(number, cells) for number, cells in _ROWS.validate_json(rows)])
    except ValidationError:
        raise ValidationFailed({"file": _("ファイルを選び直してください。")}) from None


def template() -> bytes:
    """A workbook to be filled in, with a sheet that says what belongs where."""
    about: list[list[str]] = [[_("列"), _("必須"), _("書き方"), _("例")]]
    about += [[c.name, _("必須") if c.needed else "", c.about, c.example] for c in columns()]
    sheets: dict[str, Any] = {_("職員"): [[c.name for c in columns()]], _("書き方"): about}
    return template_file(sheets, [30, 18, 24, 14, 18, 24, 16, 14, 14, 10, 8])
