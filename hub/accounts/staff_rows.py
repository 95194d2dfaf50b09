"""Rows of a staff table become checked people, or faults that are told with the row's number.

What is checked of a field here is what its page checks: `hub/people/input.py` is the one place for both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.postings import OF_SIDE, OF_THE_DX_SECTION
from hub.actor import Role
from hub.clock import after_last_day, start_of_japan_day, utc_now
from hub.dates import day_of
from hub.errors import ImportFault, ValidationFailed
from hub.people.codes import restored
from hub.people.input import EXTENSION_CHARS, checked_name, plain_address
from hub.people.models import ALIAS_SIDES, Organisation, Section
from hub.sheets.reading import Row, Sheet, in_order

ALIASES = {
    "email": "メール",
    "メールアドレス": "メール",
    "name": "氏名",
    "kana": "かな",
    "ふりがな": "かな",
    "organisation_code": "団体コード",
    "organisation": "団体",
    "団体名": "団体",
    "section": "部署",
    "role": "役割",
    "from": "開始日",
    "until": "終了日",
    "extension": "内線",
    "shared": "共用",
}
ROLES: dict[str, Role] = {"職員": "officer", "団体管理者": "manager", "部局職員": "bureau", "支援員": "supporter"}
ROLES |= {"統括": "lead", "ゲスト": "guest"}
ROLES |= {code: code for code in list(ROLES.values())}
YES, NO = ("1", "○", "〇", "◯", "はい", "yes", "true", "共用"), ("", "0", "×", "いいえ", "no", "false", "-")


class Column(NamedTuple):
    name: str
    needed: bool
    about: str
    example: str


def columns() -> tuple[Column, ...]:
    """The columns of a staff table, as documented beside the form and in the template."""
    return (
        Column(
            "メール",
            True,
            _("ログインに使うアドレス。同じアドレスの行は、その人の所属として追加します。"),
            "yamada@town.example.lg.jp",
        ),
        Column("氏名", True, _("60文字まで"), "山田 太郎"),
        Column("かな", False, _("60文字まで"), "やまだ たろう"),
        Column("団体コード", True, _("6桁。登録されている団体のもの"), "103454"),
        Column("団体", False, _("登録されている団体の名称。団体コードのない団体は、これだけ書きます。"), ""),
        Column("部署", True, _("60文字まで。なければ作ります。"), "総務課情報係"),
        Column("役割", True, _("職員・団体管理者（市町村）、部局職員・支援員・統括・ゲスト（県）"), "職員"),
        Column("開始日", False, _("空欄なら今日から"), "2026/4/1"),
        Column("終了日", False, _("最後の日。その日いっぱい使えます。空欄なら期限なし"), "2027/3/31"),
        Column("内線", False, _("30文字まで"), "123"),
        Column("共用", False, _("団体で1つのアカウントを使うときだけ「はい」"), ""),
    )


@dataclass
class Person:
    """One checked row. The section may have to be made."""

    row: int
    email: str
    name: str
    kana: str
    organisation: Organisation
    section_name: str
    role: Role
    from_at: datetime
    until_at: datetime | None
    extension: str
    shared: bool


def checked_people(session: Session, sheet: Sheet) -> list[Person]:
    """Raises ImportFault with every fault of every row."""
    people, faults = [], list(sheet.faults)
    bodies = list(session.scalars(sa.select(Organisation).where(Organisation.kind.not_in(ALIAS_SIDES))))
    dx = session.scalars(sa.select(Section.name).where(Section.is_dx)).first()
    faults += _unknown_columns(sheet)
    for row in sheet.rows:
        if row.number in sheet.unread:
            continue
        found = _Check(row, bodies, dx)
        faults += [_("%(n)s行目：%(reason)s", n=row.number, reason=fault) for fault in found.faults]
        if found.person:
            people.append(found.person)
    faults += _twice(people)
    if faults or not people:
        raise ImportFault(in_order(faults) or [_("取り込む行がありません。")])
    return people


def _unknown_columns(sheet: Sheet) -> list[str]:
    """What nobody reads would be lost."""
    told = {name for row in sheet.rows for name, value in row.cells.items() if value}
    unknown = sorted(name for name in told if ALIASES.get(name, name) not in ALIASES.values())
    return [_("対応していない列があります：%(names)s", names=_("、").join(unknown))] if unknown else []


class _Check:
    """One row, read; `faults` in words, and `person` when there are none."""

    def __init__(self, row: Row, bodies: list[Organisation], dx_section: str | None) -> None:
        self.cells: dict[str, str] = {}
        for heading, value in row.cells.items():
            name = ALIASES.get(heading, heading)
            self.cells[name] = self.cells.get(name) or value
        self.faults: list[str] = []
        email, name, section = self._email(), self._line("氏名"), self._line("部署")
        kana, extension = self._line("かな", needed=False), self._line("内線", EXTENSION_CHARS, needed=False)
        organisation = self._organisation(bodies)
        role = self._role(organisation, section, dx_section)
        from_at, until_at = self._days()
        shared = self._shared(role)
        self.person: Person | None = None
        if not self.faults and organisation and role:
            who = (row.number, email, name, kana, organisation, section)
            self.person = Person(*who, role, from_at or utc_now(), until_at, extension, shared)

    def _needed(self, heading: str) -> str:
        value = self.cells.get(heading, "")
        if not value:
            self.faults.append(_("「%(name)s」がありません。", name=heading))
        return value

    def _line(self, heading: str, max_chars: int = 60, *, needed: bool = True) -> str:
        """As the page would store it."""
        value = self._needed(heading) if needed else self.cells.get(heading, "")
        if not value:
            return ""
        try:
            return checked_name(value, field=heading, max_chars=max_chars, required=needed)
        except ValidationFailed as fault:
            self.faults += [f"「{name}」: {words}" for name, words in fault.fields.items()]
            return ""

    def _email(self) -> str:
        value = self._needed("メール")
        email = plain_address(value) if value else ""
        if email is None:
            self.faults.append(_("メールアドレスの形ではありません：%(text)s", text=value))
        return email or ""

    def _organisation(self, bodies: list[Organisation]) -> Organisation | None:
        """By its code, or by its name where it has none; both, where both are there."""
        name = self._line("団体", 100, needed=False)
        code = restored(self.cells.get("団体コード", "") if name else self._needed("団体コード"))
        found = next((o for o in bodies if o.code == code), None) if code else None
        if code and found is None:
            self.faults.append(_("団体コード %(code)s の団体は登録されていません。", code=code))
            return None
        if not name:
            return found
        named = next((o for o in bodies if o.name == name), None)
        if named is None:
            self.faults.append(_("「%(name)s」という団体は登録されていません。", name=name))
        elif found and named is not found:
            words = _(
                "団体コード %(code)s は「%(body)s」のもので、「%(name)s」ではありません。",
                code=code,
                body=found.name,
                name=name,
            )
            self.faults.append(words)
        return found or named

    def _role(self, organisation: Organisation | None, section: str, dx_section: str | None) -> Role | None:
        text = self._needed("役割")
        role = ROLES.get(text)
        if text and role is None:
            names = _("職員・団体管理者・部局職員・支援員・統括・ゲスト")
            self.faults.append(_("役割「%(role)s」はありません（%(names)s）。", role=text, names=names))
        if role and organisation:
            if role not in OF_SIDE[organisation.side]:
                self.faults.append(_("役割「%(role)s」は%(body)sでは使えません。", role=text, body=organisation.name))
            elif role in OF_THE_DX_SECTION and section != dx_section:
                where = dx_section or _("DX担当の部署")
                self.faults.append(_("役割「%(role)s」は%(section)sだけで使えます。", role=text, section=where))
        return role

    def _days(self) -> tuple[datetime | None, datetime | None]:
        """From the first moment of 開始日 up to and with 終了日."""
        from_at = self._day("開始日", start_of_japan_day)
        until_at = self._day("終了日", after_last_day)
        if from_at and until_at and until_at <= from_at:
            self.faults.append(_("終了日は開始日より前にできません。"))
        return from_at, until_at

    def _day(self, heading: str, moment_of: Callable[..., datetime]) -> datetime | None:
        text = self.cells.get(heading, "")
        try:
            day = day_of(text) if text else None
            if day and not 2000 <= day.year < 2200:
                raise ValueError("year")
        except ValueError:
            self.faults.append(_("「%(name)s」は 2026-04-01 の形で書いてください：%(text)s", name=heading, text=text))
            return None
        return moment_of(day) if day else None

    def _shared(self, role: Role | None) -> bool:
        said = self.cells.get("共用", "").lower()
        if said not in YES + NO:
            self.faults.append(_("「共用」は「はい」または空欄にしてください：%(text)s", text=said))
        if said in YES and role != "officer":
            self.faults.append(_("共用アカウントの役割は「職員」だけです。"))
        return said in YES


def _twice(people: list[Person]) -> list[str]:
    seen: dict[tuple[str, int, str], int] = {}
    names: dict[str, Person] = {}
    faults = []
    for person in people:
        key = (person.email, person.organisation.id, person.section_name)
        first = names.setdefault(person.email, person)
        if key in seen:
            faults.append(_("%(n)s行目：%(other)s行目と同じ人・同じ部署です。", n=person.row, other=seen[key]))
        elif first.name != person.name:
            words = _("%(n)s行目：%(other)s行目と同じメールで、氏名が違います。", n=person.row, other=first.row)
            faults.append(words)
        seen.setdefault(key, person.row)
    return faults
