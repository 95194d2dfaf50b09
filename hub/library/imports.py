"""`cases import`: many cases from one file. Every fault is told with its row; one fault, nothing written.

A row is known again by its `id`: the same row adds nothing, a changed one becomes a new version, and what people have
edited since is left alone.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from hub.accounts.fields import STANDARD_FIELDS, ensure_fields
from hub.accounts.founding import ImportFault
from hub.accounts.models import Field, Organisation
from hub.audiences.services import MEMBERS, ensure_audience
from hub.library.content import Content, content_of
from hub.library.models import Case, FieldAlias
from hub.library.queries import read_version
from hub.library.records import Record
from hub.library.services.workflow import put_out
from hub.library.versions import add_version, new_case
from hub.library.vocabulary import as_named_now
from hub.library.wording import explain, field_names
from hub.records.audit import record as audit
from hub.security.actor import Actor
from hub.text import TextRefused, clean_line

Progress = Callable[[str], None]
STEP = 100


@dataclass
class Taken:
    """How many rows were `new`, `changed`, the `same` as before, or `kept` because people have edited the case."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0


@dataclass(frozen=True)
class CheckedRow:
    record: Record
    key: str
    digest: str
    content: Content


def import_cases(
    session: Session, records: list[Record], *, publish: bool, progress: Progress, actor: Actor | None = None
) -> Taken:
    """Raises ImportFault; nothing is written then. With `publish` all members read the cases at once."""
    ensure_fields(session)
    rows = checked_rows(records, known_fields(session))
    imported = session.scalars(sa.select(Case).where(Case.source_key.is_not(None)))
    bodies, known = _Bodies(session), {c.source_key: c for c in imported}
    taken = Taken()
    for number, row in enumerate(rows, start=1):
        _put(session, row, known.get(row.key), bodies, publish, taken)
        if number % STEP == 0 or number == len(rows):
            progress(f"{number} / {len(rows)}")
    audit(session, actor, "case.imported", "cases", detail=vars(taken))
    return taken


def known_fields(session: Session) -> set[str]:
    """Names by which a 分野 can be said, former ones too."""
    names = {*session.scalars(sa.select(Field.name)), *session.scalars(sa.select(FieldAlias.name))}
    return names or set(STANDARD_FIELDS)


def plan_import(session: Session, rows: list[CheckedRow]) -> list[tuple[CheckedRow, str]]:
    """What would become of each row: the name of a field of `Taken`. Nothing is written."""
    keys = [row.key for row in rows]
    known = {c.source_key: c for c in session.scalars(sa.select(Case).where(Case.source_key.in_(keys)))}
    return [(row, _fate(session, row, known.get(row.key))) for row in rows]


def checked_rows(records: list[Record], fields: set[str]) -> list[CheckedRow]:
    """Raises ImportFault with every fault of every row. Touches no data base, so that it can run in the pool."""
    faults, rows, seen = [], [], set()
    for record in records:
        found, words = _row(record, fields)
        if found and found.key in seen:
            words = [f"同じid({found.key})の行がほかにもあります。"]
        faults += [f"{record.number}行め: {word}" for word in words]
        if found:
            seen.add(found.key)
            rows.append(found)
    if faults or not rows:
        raise ImportFault(faults or ["取り込む行がありません。"])
    return rows


def _row(record: Record, fields: set[str]) -> tuple[CheckedRow | None, list[str]]:
    """The checked row, or what is wrong with it."""
    data, words = record.data, list(record.faults)
    key, _name = (_line(data.get(name), name, words) for name in ("id", "organisation"))
    words += _code_fault(data.get("organisation_code"))
    try:
        content = content_of(record.content)
    except ValidationError as fault:
        names = field_names()
        return None, [*words, *(f"{names.get(name, name)}: {word}" for name, word in explain(fault).items())]
    words += [f"分野「{name}」はありません。" for name in content.fields if name not in fields]
    if words:
        return None, words
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return CheckedRow(record, key, digest, content), []


def _line(value: object, name: str, words: list[str]) -> str:
    try:
        return clean_line(value if isinstance(value, str) else "", max_chars=100)
    except TextRefused:
        words.append(f"{name} がないか、100文字を超えています。")
        return ""


def _code_fault(code: object) -> list[str]:
    if not code or (isinstance(code, str) and len(code) == 6 and code.isascii() and code.isdigit()):
        return []
    return [f"organisation_code(団体コード)は6桁の数字です: {code}"]


def _put(session: Session, row: CheckedRow, case: Case | None, bodies: "_Bodies", publish: bool, taken: Taken) -> None:
    fate = _fate(session, row, case)
    setattr(taken, fate, getattr(taken, fate) + 1)
    if fate in ("same", "kept"):
        return
    if case is None:
        case = new_case(session, None, bodies.find(row.record), row.content)
        case.source_key = row.key
    else:
        add_version(session, None, case, row.content)
    case.source_hash = row.digest
    session.flush()
    if publish:
        case.audience_id = bodies.members
        put_out(session, case)
        case.last_confirmed_on = None  # taken over, confirmed by nobody


def _fate(session: Session, row: CheckedRow, case: Case | None) -> str:
    """`same` also when the file is not the one that was imported but says what the newest version says: an export."""
    if case is None:
        return "new"
    if case.source_hash == row.digest:
        return "same"
    version, content = read_version(session, case, case.version)
    if content == as_named_now(session, row.content):
        return "same"
    return "changed" if version.author_id is None else "kept"


class _Bodies:
    """Organisations by code, else by name; who is not there is added as an outsider (no member)."""

    def __init__(self, session: Session) -> None:
        self.session = session
        every = session.scalars(sa.select(Organisation)).all()
        self.by_code = {o.code: o for o in every if o.code}
        self.by_name = {o.name: o for o in every}
        self.members = ensure_audience(session, MEMBERS).id

    def find(self, record: Record) -> Organisation:
        data = record.data
        name, code = clean_line(data["organisation"], max_chars=100), data.get("organisation_code") or None
        namesake = self.by_name.get(name)
        if namesake is not None and code and namesake.code is None:
            namesake.code, self.by_code[code] = code, namesake
        found = self.by_code.get(code) if code else namesake
        return found or self._add(name, code, str(data.get("prefecture") or "")[:20], record)

    def _add(self, name: str, code: str | None, prefecture: str, record: Record) -> Organisation:
        free = name if name not in self.by_name else f"{name}({prefecture or code})"
        body = Organisation(code=code, name=free, kind=kind_of(name), district=prefecture, member=False)
        population = record.content.get("source_population")
        body.population = int(population) if population else None
        body.population_as_of = record.content.get("source_population_as_of")
        body.source, body.mail_domains = "事例の出典", []
        self.session.add(body)
        self.session.flush()
        self.by_name[free] = body
        if code:
            self.by_code[code] = body
        return body


def kind_of(name: str) -> str:
    """県 for all four sorts of prefectures, 市 also for the special wards of Tokyo, else 町, 村 or その他."""
    if name == "北海道" or name.endswith(("都", "府", "県")):
        return "県"
    last = name[-1:]
    return {"市": "市", "区": "市", "町": "町", "村": "村"}.get(last, "その他")
