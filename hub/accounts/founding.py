"""The first things of an installation: the prefecture, its DX section, the first administrator, the municipalities."""

import secrets
from collections.abc import Callable, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.links import VALID_FOR
from hub.accounts.models import OneTimeLink, Organisation, Posting, Section, Staff
from hub.accounts.offices import rename_organisation
from hub.accounts.sessions import hash_token
from hub.accounts.sheets import Row
from hub.clock import utc_now
from hub.errors import HubError
from hub.installation import ensure_installation, raise_access_version
from hub.records.audit import record
from hub.rooms.services import ensure_member, grant_dx_section
from hub.search.outbox import outdated_organisation

DX_SECTION = "DX戦略課"
KINDS = ("県", "市", "町", "村")


class ImportFault(HubError):
    """What was wrong with a file, row by row, in words."""

    status = 422

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def ensure_dx_section(session: Session, prefecture: str) -> Section:
    """The prefecture's organisation with its DX section, made on first use; the standard audiences know it."""
    found = session.scalars(sa.select(Section).where(Section.is_dx)).first()
    if found is not None:
        return found
    ensure_installation(session)
    organisation = session.scalars(sa.select(Organisation).where(Organisation.name == prefecture)).first()
    if organisation is None:
        organisation = Organisation(name=prefecture, kind="県", member=True, mail_domains=[])
        session.add(organisation)
        session.flush()
    section = Section(organisation_id=organisation.id, name=DX_SECTION, is_dx=True)
    session.add(section)
    session.flush()
    grant_dx_section(session)
    return section


def create_admin(session: Session, email: str, name: str, prefecture: str) -> str:
    """A system administrator; returns the token of the invitation with which they set their password."""
    section = ensure_dx_section(session, prefecture)
    now, address = utc_now(), email.strip().lower()
    if session.scalars(sa.select(Staff).where(Staff.email == address)).first():
        raise ImportFault([f"{address} は、すでに登録されています。"])
    staff = Staff(email=address, name=name, created_at=now)
    session.add(staff)
    session.flush()
    session.add(Posting(staff_id=staff.id, section_id=section.id, role="admin", from_at=now))
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(staff_id=staff.id, token_hash=hash_token(token), purpose="invitation")
    link.issued_at, link.expires_at = now, now + VALID_FOR
    session.add(link)
    record(session, None, "admin.created", f"staff:{staff.id}", organisation_id=section.organisation_id)
    raise_access_version(session)
    return token


def import_organisations(session: Session, rows: Iterable[Row], progress: Callable[[str], None]) -> int:
    """Add or update bodies by 団体コード, or by name where there is none; municipalities become members with their
    support room. Returns how many are new. Raises ImportFault; nothing is written then."""
    rows = list(rows)
    faults = [fault for row in rows for fault in _faults(row)]
    faults = faults or list(_clashes(session, rows))
    if faults:
        raise ImportFault(faults)
    prefecture = next((r.cells["name"] for r in rows if r.cells["kind"] == "県"), None)
    if prefecture is None and session.scalars(sa.select(Section).where(Section.is_dx)).first() is None:
        raise ImportFault(["県の行がありません。先に `admin create` を実行するか、県の行を加えてください。"])
    ensure_dx_section(session, prefecture or "")
    new = 0
    for number, row in enumerate(rows, start=1):
        new += _put_organisation(session, row)
        progress(f"{number} / {len(rows)}")
    return new


def _faults(row: Row) -> Iterable[str]:
    cells = row.cells
    code, population = cells.get("code", ""), cells.get("population", "")
    if not cells.get("name"):
        yield f"{row.number}行め: name(名称)がありません。"
    if cells.get("kind") not in KINDS:
        yield f"{row.number}行め: kind(種別)は 県・市・町・村 のどれかにしてください。"
    if code and not (len(code) == 6 and code.isascii() and code.isdigit()):
        yield f"{row.number}行め: code(団体コード)は6桁の数字です: {code}"
    if population and not (population.isascii() and population.isdigit()):
        yield f"{row.number}行め: population(人口)は数字だけにしてください: {population}"


def _clashes(session: Session, rows: list[Row]) -> Iterable[str]:
    """Rows about two bodies at once, and two rows about one: the later would overwrite the earlier without a word. The
    bodies are looked up as they are before the import, so names exchanged within one file are refused too."""
    bodies = session.scalars(sa.select(Organisation)).all()
    by_code, by_name = {body.code: body for body in bodies if body.code}, {body.name: body for body in bodies}
    seen: dict[tuple[str, object], int] = {}
    for row in rows:
        code, name = row.cells.get("code", ""), row.cells["name"]
        coded, named = by_code.get(code), by_name.get(name)
        if coded and named and coded is not named:
            yield f"{row.number}行め: 団体コード {code} は「{coded.name}」のもので、「{name}」は別の団体です。"
        body = coded or named
        mine = [key for key in (("団体コード", code), ("名称", name), ("団体", body)) if key[1]]
        again = next((key for key in mine if key in seen), None)
        if again:
            yield f"{row.number}行め: {seen[again]}行めと同じ{again[0]}です。"
        for key in mine:
            seen.setdefault(key, row.number)


def _put_organisation(session: Session, row: Row) -> bool:
    cells = row.cells
    same = Organisation.code == cells["code"] if cells.get("code") else Organisation.name == cells["name"]
    found = session.scalars(sa.select(Organisation).where(sa.or_(same, Organisation.name == cells["name"]))).first()
    organisation = found or Organisation(member=True, mail_domains=[])
    organisation.code, organisation.name = cells.get("code") or None, cells["name"]
    organisation.kana, organisation.kind = cells.get("kana", ""), cells["kind"]
    organisation.district, organisation.source = cells.get("district", ""), cells.get("source", "")
    organisation.population = int(cells["population"]) if cells.get("population") else None
    organisation.population_as_of = cells.get("population_as_of") or None
    session.add(organisation)
    session.flush()
    rename_organisation(session, organisation, organisation.name, organisation.kana)
    if organisation.member and organisation.side == "municipality":
        ensure_member(session, organisation)
    outdated_organisation(session, organisation.id)
    return found is None
