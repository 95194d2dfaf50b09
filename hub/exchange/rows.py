"""Cases as rows of files, with the keys of `cases import`: importing what was exported adds nothing."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.library.content import Content, content_of
from hub.library.import_readers import reader_cells
from hub.library.models import Case, CaseVersion
from hub.library.publicity import open_cases
from hub.library.records import CONTENT, LISTS, TABLES
from hub.library.vocabulary import all_as_named_now
from hub.people.models import Organisation

COLUMNS = tuple(
    "id title summary organisation organisation_code prefecture population population_as_of field tags led_by stage "
    "level partners started_on ended_on ended_reason background approach milestones alternatives_considered effects "
    "kpis cost cost_initial cost_yearly funding team rules training communication difficulties lessons next "
    "vendor_products documents awards sources bases contact adopted_by audience "
    "confirm_every_months".split()
)
BATCH = 200
_WHOLE, _DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})"), re.compile(r"-?(0|[1-9]\d{0,9})\.\d{1,6}")
# Always there, as in the sourced cases; the others only where they say something.
_ALWAYS = {"effects": ("metric", "value", "unit", "as_of")}


@dataclass(frozen=True)
class Said:
    """A case with its body and what one version of it says."""

    case: Case
    body: Organisation
    content: Content
    readers: list[str]  # the column `audience`


def said_by(session: Session, query: sa.Select[Case, Organisation], *, newest: bool = False) -> Iterator[Said]:
    """The published versions of the cases that a query finds, or the newest ones, in its order; a few queries for each
    BATCH."""
    found = session.execute(query).all()
    for start in range(0, len(found), BATCH):
        part = found[start : start + BATCH]
        number = Case.version if newest else Case.published_version
        versions = (
            sa.select(Case.id, CaseVersion.content)
            .join(CaseVersion, sa.and_(CaseVersion.case_id == Case.id, CaseVersion.number == number))
            .where(Case.id.in_([case.id for case, _body in part]))
        )
        contents = {case_id: content_of(content) for case_id, content in session.execute(versions)}
        named = dict(zip(contents, all_as_named_now(session, contents.values()), strict=True))
        public = set(session.scalars(open_cases().with_only_columns(Case.id).order_by(None)))
        cells = reader_cells(session, [case for case, _body in part], public)
        for case, body in part:
            yield Said(case, body, named[case.id], cells[case.id])


def home_of(session: Session) -> str:
    """The prefecture of the installation: that of its members."""
    query = sa.select(Organisation.name).where(Organisation.member, Organisation.kind == "県")
    return session.scalars(query.order_by(Organisation.id)).first() or ""


def row_of(said: Said, home: str) -> dict[str, Any]:
    """All COLUMNS; an unknown text or number is None, an empty list []."""
    case, body, content = said.case, said.body, said.content
    row: dict[str, Any] = {
        "id": case.source_key,
        "organisation": _name(body),
        "organisation_code": body.code,
        "prefecture": _prefecture(body, home),
        "audience": said.readers,
        "confirm_every_months": case.confirm_every_months if body.member else None,  # others are asked by nobody
    }
    for column in COLUMNS:
        if column not in row:
            row[column] = _value(column, getattr(content, CONTENT.get(column, column)))
    return {column: row[column] for column in COLUMNS}


def _name(body: Organisation) -> str:
    """Without what tells namesakes apart: their code does that."""
    return body.name.removesuffix(f"({body.district})") if body.code else body.name


def _prefecture(body: Organisation, home: str) -> str | None:
    if body.kind == "県":
        return body.name
    return (home if body.member else body.district) or None


def _value(column: str, value: Any) -> Any:
    if column == "field":
        return value[0] if len(value) == 1 else list(value) or None
    if column in LISTS:
        return list(value)
    if column in TABLES:
        return [_table_row(column, asdict(row)) for row in value]
    return None if value == "" else value


def _table_row(column: str, row: dict[str, str]) -> Any:
    figures = ("value", "before") if column == "effects" else ()
    said = {name: _number(row[name]) if name in figures else row[name] for name in TABLES[column]}
    if column == "vendor_products" and not (row["maker"] or row["interest"]) and not set(row["name"]) & set("|\\"):
        return row["name"]
    always = _ALWAYS.get(column, ())
    return {name: text if text != "" else None for name, text in said.items() if text != "" or name in always}


def _number(text: str) -> Any:
    """A figure as a number where nothing is lost by it: 36, -0.5, but not 036, 1,000 or 約3割."""
    if _WHOLE.fullmatch(text) and text != "-0":
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) and str(float(text)) == text else text
