"""`staff import`: people of many bodies from one table. Every fault is told with its row; one fault, nothing written.

Headings: メール, 氏名, かな, 団体コード, 部署, 役割, 開始日, 終了日, 内線, 共用 (or the English names in ALIASES).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.founding import ImportFault
from hub.accounts.models import Organisation, Posting, Section, Staff
from hub.accounts.postings import not_over, overlapping
from hub.accounts.sheets import Row
from hub.clock import start_of_japan_day, utc_now
from hub.installation import raise_access_version
from hub.search.outbox import outdated
from hub.security.actor import Role

ALIASES = {
    "email": "メール",
    "name": "氏名",
    "kana": "かな",
    "organisation_code": "団体コード",
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
TOLD_EVERY = 1_000  # rows between two lines of progress
OF_MUNICIPALITIES = frozenset({"officer", "manager"})
OF_THE_DX_SECTION = frozenset({"supporter", "lead"})


@dataclass
class Person:
    """One checked row. `section` may be None while it has to be made."""

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


def import_staff(session: Session, rows: list[Row], progress: Callable[[str], None]) -> int:
    """Add people, or give known ones (by e-mail) their new name and posting. Returns how many rows were taken.

    Raises ImportFault.
    """
    people, faults = [], []
    codes = {o.code: o for o in session.scalars(sa.select(Organisation).where(Organisation.code.is_not(None)))}
    dx = session.scalars(sa.select(Section.name).where(Section.is_dx)).first()
    for row in rows:
        found = _Check(row, codes, dx)
        faults += [f"{row.number}行め: {fault}" for fault in found.faults]
        if found.person:
            people.append(found.person)
    faults += _twice(people)
    if faults or not rows:
        raise ImportFault(faults or ["取り込む行がありません。"])
    put = []
    for number, person in enumerate(people, start=1):
        put.append(_put(session, person))
        if number % TOLD_EVERY == 0:
            progress(f"{number} / {len(people)}")
    outdated(session, "person", put)
    raise_access_version(session)
    return len(people)


class _Check:
    """One row, read; `faults` in words, and `person` when there are none."""

    def __init__(self, row: Row, codes: dict[str | None, Organisation], dx_section: str | None) -> None:
        self.cells = {ALIASES.get(heading, heading): value for heading, value in row.cells.items()}
        self.faults: list[str] = []
        email = self._email()
        organisation = self._organisation(codes)
        role = self._role(organisation, dx_section)
        from_at, until_at = self._day("開始日"), self._day("終了日")
        if from_at and until_at and until_at <= from_at:
            self.faults.append("終了日は開始日より後にしてください。")
        name, section = self._needed("氏名"), self._needed("部署")
        shared = self.cells.get("共用", "").lower() in ("1", "○", "はい", "yes", "true", "共用")
        if shared and role != "officer":
            self.faults.append("共用アカウントの役割は「職員」だけです。")
        self.person = None
        if not self.faults and organisation and role:
            extension, kana = self.cells.get("内線", ""), self.cells.get("かな", "")
            self.person = Person(
                row.number,
                email,
                name,
                kana,
                organisation,
                section,
                role,
                from_at or utc_now(),
                until_at,
                extension,
                shared,
            )

    def _needed(self, heading: str) -> str:
        value = self.cells.get(heading, "")
        if not value:
            self.faults.append(f"「{heading}」がありません。")
        return value[:60]

    def _email(self) -> str:
        value = self._needed("メール").lower()
        local, at, domain = value.rpartition("@")
        if value and not (at and local and "." in domain and value.isascii() and " " not in value):
            self.faults.append(f"メールアドレスの形ではありません: {value}")
        return value

    def _organisation(self, codes: dict[str | None, Organisation]) -> Organisation | None:
        code = self._needed("団体コード")
        if code and code not in codes:
            self.faults.append(f"団体コード {code} の団体は登録されていません。")
        return codes.get(code)

    def _role(self, organisation: Organisation | None, dx_section: str | None) -> Role | None:
        text = self._needed("役割")
        role = ROLES.get(text)
        if text and role is None:
            self.faults.append(f"役割「{text}」はありません(職員・団体管理者・部局職員・支援員・統括・ゲスト)。")
        if role and organisation:
            municipal = organisation.side == "municipality"
            if municipal != (role in OF_MUNICIPALITIES):
                self.faults.append(f"役割「{text}」は{organisation.name}では使えません。")
            if role in OF_THE_DX_SECTION and self.cells.get("部署") != dx_section:
                self.faults.append(f"役割「{text}」は{dx_section or 'DX担当の部署'}だけで使えます。")
        return role

    def _day(self, heading: str) -> datetime | None:
        text = self.cells.get(heading, "").replace("/", "-")
        if not text:
            return None
        try:
            return start_of_japan_day(date.fromisoformat("-".join(f"{int(p):02}" for p in text.split("-"))))
        except ValueError:
            self.faults.append(f"「{heading}」は 2026-04-01 の形で書いてください: {text}")
            return None


def _twice(people: list[Person]) -> list[str]:
    seen: dict[tuple[str, int, str], int] = {}
    faults = []
    for person in people:
        key = (person.email, person.organisation.id, person.section_name)
        if key in seen:
            faults.append(f"{person.row}行め: {seen[key]}行めと同じ人・同じ部署です。")
        seen.setdefault(key, person.row)
    return faults


def _put(session: Session, person: Person) -> int:
    """Returns whose account it is."""
    staff = session.scalars(sa.select(Staff).where(Staff.email == person.email)).first()
    if staff is None:
        staff = Staff(email=person.email, name=person.name, created_at=utc_now(), shared=person.shared)
        session.add(staff)
    staff.name, staff.kana = person.name, person.kana or staff.kana or ""
    staff.extension = person.extension or staff.extension or ""
    wanted = {"organisation_id": person.organisation.id, "name": person.section_name}
    section = session.scalars(sa.select(Section).filter_by(**wanted)).first()
    if section is None:
        section = Section(**wanted)
        session.add(section)
    session.flush()
    posting = _posting_meant(session, staff.id, section.id, person)
    if posting is None:
        posting = Posting(staff_id=staff.id, section_id=section.id, from_at=person.from_at)
        session.add(posting)
    posting.role, posting.until_at = person.role, person.until_at
    return staff.id


def _posting_meant(session: Session, staff_id: int, section_id: int, person: Person) -> Posting | None:
    """The posting that the row is about: one that is not over, or is over just as the row says. What ended otherwise
    stays history. Of several the last one, so that a new end cannot run into a later posting."""
    query = overlapping(staff_id, section_id, person.from_at, person.until_at)
    query = query.where(sa.or_(not_over(), Posting.until_at == person.until_at))
    return session.scalars(query.order_by(Posting.from_at.desc())).first()
