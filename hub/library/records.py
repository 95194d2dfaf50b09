"""Rows of case files: JSON Lines, JSON, CSV and .xlsx become the same fixed columns (docs/cases.md)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from hub.library.cells import gathered, split
from hub.library.content import IN_FILES, ROWS
from hub.sheets.reading import Sheet, UnreadableSheet, read_items, read_sheet

COLUMNS = frozenset(
    "id title summary organisation organisation_code prefecture population population_as_of field tags led_by stage "
    "level partners started_on ended_on ended_reason background approach milestones alternatives_considered effects "
    "kpis cost cost_initial cost_yearly funding team rules training communication difficulties lessons next "
    "vendor_products documents awards sources bases contact adopted_by audience "
    "confirm_every_months".split()
)
# Whose name differs from that of the content's field.
CONTENT = {
    "field": "fields",
    "alternatives_considered": "alternatives",
    "cost": "cost_note",
    "vendor_products": "products",
    "adopted_by": "adopted_elsewhere",
    "population": "source_population",
    "population_as_of": "source_population_as_of",
}
# Not said by the text of the case.
BESIDE = ("id", "organisation", "organisation_code", "prefecture", "audience", "confirm_every_months")
DEMO = "demo"  # the mark that an export of demo data carries in every row; it says nothing of the case
LISTS = ("field", "tags", "partners", "awards", "sources", "adopted_by", "audience")
# The columns of each table, in the order of a line.
TABLES = {"vendor_products" if name == "products" else name: IN_FILES[name] for name in ROWS}


@dataclass(frozen=True)
class Record:
    """One row as it came: `number` is the line or row that people see. `faults` in words."""

    number: int
    data: dict[str, Any]
    faults: list[str] = field(default_factory=list)

    @property
    def content(self) -> dict[str, Any]:
        """What is said of the case, by the names of the content. Unknown values are left out."""
        known = {k: v for k, v in self.data.items() if k in COLUMNS and k not in BESIDE and v not in (None, "")}
        named = {CONTENT.get(name, name): _shaped(name, value) for name, value in known.items()}
        return {"summary": _summary(self.data)} | named


@dataclass(frozen=True)
class CaseFile:
    """The rows of a file; `faults` of the table as such, with their rows, and `notes` on what has to be known."""

    records: list[Record]
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)  # rows with such faults


def read_records(path: Path) -> CaseFile:
    """Raises UnreadableSheet when the file as a whole cannot be read, Unavailable."""
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".json"):
        return CaseFile([_checked(number, data) for number, data in read_items(path)])
    if suffix in (".csv", ".xlsx"):
        return records_of(read_sheet(path))
    raise UnreadableSheet(_("取り込めるのは .jsonl、.json、.csv、.xlsx のファイルです。"))


def records_of(sheet: Sheet) -> CaseFile:
    found = [(row.number, gathered(row.cells)) for row in sheet.rows]
    records = [_checked(n, {name: _cell(name, cell) for name, cell in cells.items()}) for n, cells in found]
    return CaseFile(records, sheet.faults, sheet.notes, sheet.unread)


def _cell(name: str, cell: str) -> Any:
    """Lists have one entry a line; tables one row a line, its columns between | signs."""
    if name in LISTS or name in TABLES:
        return [line.strip() for line in cell.split("\n") if line.strip()]
    return cell


def _shaped(name: str, value: Any) -> Any:
    if name in TABLES and isinstance(value, list):
        return [_row(TABLES[name], row) for row in value]
    return [value] if name in LISTS and isinstance(value, str) else value


def _row(columns: tuple[str, ...], row: Any) -> Any:
    """A row of a table from an object or from a line with | signs; figures become text as they stand."""
    if isinstance(row, str):
        return dict(zip(columns, split(row), strict=False))
    if not isinstance(row, dict):
        return row
    plain = {key: "" if value is None else value for key, value in row.items()}
    return {k: str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v for k, v in plain.items()}


def _summary(data: dict[str, Any]) -> str:
    """Where a file has no summary: what was done, up to the end of a sentence."""
    text = str(data.get("approach") or data.get("background") or data.get("title") or "")
    first = ""
    for sentence in text.replace("\n", "").split("。"):
        if not sentence or len(first) + len(sentence) > 160:
            break
        first += sentence + "。"
    return first or text[:160]


def _checked(number: int, data: Any) -> Record:
    if not isinstance(data, dict):
        return Record(number, {}, [_("JSONとして読めません。")])
    unknown = sorted(str(name) for name in data.keys() - COLUMNS - {DEMO})
    return Record(
        number, data, [_("対応していない列があります：%(names)s", names=_("、").join(unknown))] if unknown else []
    )
