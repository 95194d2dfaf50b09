"""`organisations import`: the prefecture and its municipalities from one table (columns code, name, kana, kind,
district, population, population_as_of, source). Every fault is told with its row; one fault, nothing written."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.founding import ensure_dx_section
from hub.accounts.offices import rename_organisation
from hub.errors import ImportFault, ValidationFailed
from hub.events.happenings import happened
from hub.people.codes import code_fault, restored
from hub.people.happenings import OrganisationAdded, OrganisationChanged
from hub.people.input import checked_name
from hub.people.models import Organisation, Section
from hub.rooms.services import ensure_member
from hub.sheets.reading import Row, Sheet, in_order

KINDS = ("県", "市", "町", "村")
COLUMNS = ("code", "name", "kana", "kind", "district", "population", "population_as_of", "source")
SOURCE_CHARS = 300


@dataclass(frozen=True)
class Body:
    """One checked row."""

    row: int
    code: str | None
    name: str
    kana: str
    kind: str
    district: str
    population: int | None
    population_as_of: str | None
    source: str


def import_organisations(session: Session, sheet: Sheet, progress: Callable[[str], None]) -> int:
    """Add or update bodies by 団体コード, or by name where there is none; municipalities become members with their
    support room. Returns how many are new. Raises ImportFault; nothing is written then."""
    faults = list(sheet.faults)
    bodies = [_checked(row, faults) for row in sheet.rows if row.number not in sheet.unread]
    faults = faults or list(_clashes(session, bodies))
    if faults or not bodies:
        raise ImportFault(in_order(faults) or [_("取り込む行がありません。")])
    prefecture = next((body.name for body in bodies if body.kind == "県"), None)
    if prefecture is None and session.scalars(sa.select(Section).where(Section.is_dx)).first() is None:
        raise ImportFault([_("県の行がありません。先に `admin create` を実行するか、県の行を追加してください。")])
    ensure_dx_section(session, prefecture or "")
    new = 0
    for number, body in enumerate(bodies, start=1):
        new += _put(session, body)
        progress(f"{number} / {len(bodies)}")
    return new


def _checked(row: Row, faults: list[str]) -> Body:
    def told(words: str) -> None:
        faults.append(_("%(n)s行目：%(reason)s", n=row.number, reason=words))

    def line(name: str, max_chars: int = 60, *, required: bool = False) -> str:
        try:
            return checked_name(row.cells.get(name, ""), field=name, max_chars=max_chars, required=required)
        except ValidationFailed as fault:
            told(f"{name}: {next(iter(fault.fields.values()))}")
            return ""

    cells, kind = row.cells, row.cells.get("kind", "")
    unknown = sorted(name for name, value in cells.items() if value and name not in COLUMNS)
    if unknown:
        told(_("対応していない列があります：%(names)s", names=_("、").join(unknown)))
    if kind not in KINDS:
        told(_("kind（種別）は %(kinds)s のどれかにしてください。", kinds=_("、").join(KINDS)))
    code, population = restored(cells.get("code", "")), _figure(cells.get("population", ""))
    if words := code_fault(code):
        told(f"code: {words}")
    if population and not population.isdecimal():
        told(_("population（人口）は数字だけにしてください：%(text)s", text=cells["population"]))
        population = ""
    return Body(
        row.number,
        code or None,
        line("name", required=True),
        line("kana"),
        kind,
        line("district"),
        int(population) if population else None,
        line("population_as_of") or None,
        line("source", SOURCE_CHARS),
    )


def _figure(text: str) -> str:
    """54,837 and 54,837人 are what people write."""
    return unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("人").strip()


def _clashes(session: Session, bodies: list[Body]) -> Iterable[str]:
    """Rows about two bodies at once, and two rows about one: the later would overwrite the earlier without a word. The
    bodies are looked up as they are before the import, so names exchanged within one file are refused too."""
    there = session.scalars(sa.select(Organisation)).all()
    by_code, by_name = {body.code: body for body in there if body.code}, {body.name: body for body in there}
    seen: dict[tuple[str, object], int] = {}
    for row in bodies:
        coded, named = by_code.get(row.code or ""), by_name.get(row.name)
        yield from _against(row, coded, named)
        mine = [("団体コード", row.code), ("名称", row.name), ("団体", coded or named)]
        mine = [key for key in mine if key[1]]
        again = next((key for key in mine if key in seen), None)
        if again:
            yield _("%(n)s行目：%(other)s行目と同じ%(what)sです。", n=row.row, other=seen[again], what=again[0])
        for key in mine:
            seen.setdefault(key, row.row)


def _against(row: Body, coded: Organisation | None, named: Organisation | None) -> Iterable[str]:
    """A slip in a code, or in a name, must not turn one body into another."""
    if coded and named and coded is not named:
        words = _(
            "団体コード %(code)s は「%(body)s」のもので、「%(name)s」は別の団体です。",
            code=row.code,
            body=coded.name,
            name=row.name,
        )
        yield _("%(n)s行目：%(reason)s", n=row.row, reason=words)
    elif named and coded is None and row.code and named.code:
        words = _(
            "「%(name)s」の団体コードは %(right)s です（%(code)s と書かれています）。",
            name=row.name,
            right=named.code,
            code=row.code,
        )
        yield _("%(n)s行目：%(reason)s", n=row.row, reason=words)


def _put(session: Session, body: Body) -> bool:
    same = Organisation.code == body.code if body.code else Organisation.name == body.name
    found = session.scalars(sa.select(Organisation).where(sa.or_(same, Organisation.name == body.name))).first()
    organisation = found or Organisation(member=True, mail_domains=[])
    organisation.code = body.code or organisation.code
    organisation.name, organisation.kind = body.name, body.kind
    # An empty cell says nothing: a table with few columns takes nothing away.
    organisation.kana = body.kana or organisation.kana or ""
    organisation.district = body.district or organisation.district or ""
    organisation.source = body.source or organisation.source or ""
    if body.population is not None:
        organisation.population, organisation.population_as_of = body.population, body.population_as_of
    session.add(organisation)
    session.flush()
    rename_organisation(session, organisation, organisation.name, organisation.kana)
    if organisation.member and organisation.side == "municipality":
        ensure_member(session, organisation)
    kind = OrganisationChanged if found else OrganisationAdded
    happened(session, None, kind(organisation_id=organisation.id))
    return found is None
