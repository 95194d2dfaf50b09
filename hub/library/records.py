"""Rows of case files: JSON Lines, JSON, CSV and .xlsx become the same fixed columns (docs/cases.md)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from hub.accounts.sheets import MOST_BYTES, MOST_ROWS, UnreadableSheet, read_sheet
from hub.library.cells import gathered, split
from hub.library.content import ROWS

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
TABLES = {"vendor_products" if name == "products" else name: row for name, row in ROWS.items()}


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


def read_records(path: Path) -> list[Record]:
    """Raises UnreadableSheet when the file as a whole cannot be read."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableSheet(_("ファイルが大きすぎます(%(n)sMBまで)。", n=MOST_BYTES // 2**20))
    readers = {".jsonl": _lines, ".json": _array, ".csv": _sheet, ".xlsx": _sheet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableSheet(_("取り込めるのは .jsonl、.json、.csv、.xlsx のファイルです。"))
    records = [_checked(number, data) for number, data in reader(path)]
    if len(records) > MOST_ROWS:
        raise UnreadableSheet(_("行が多すぎます(%(n)s行まで)。", n=f"{MOST_ROWS:,}"))
    return records


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableSheet(_("文字コードがUTF-8ではありません。")) from None


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            yield number, _json(line)


def _array(path: Path) -> Iterator[tuple[int, Any]]:
    rows = _json(_text(path))
    if not isinstance(rows, list):
        raise UnreadableSheet(_("JSONは事例の配列にしてください。"))
    yield from enumerate(rows, start=1)


def _json(text: str) -> Any:
    """None for what is no JSON; a lone surrogate in it is found when the text is checked."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _sheet(path: Path) -> Iterator[tuple[int, Any]]:
    rows = ((row.number, gathered(row.cells)) for row in read_sheet(path))
    return ((number, {name: _cell(name, cell) for name, cell in cells.items()}) for number, cells in rows)


def _cell(name: str, cell: str) -> Any:
    """Lists have one entry a line; tables one row a line, its columns between | signs."""
    if name in LISTS or name in TABLES:
        return [line.strip() for line in cell.split("\n") if line.strip()]
    return cell


def _shaped(name: str, value: Any) -> Any:
    if name in TABLES and isinstance(value, list):
        return [_row(list(TABLES[name].__dataclass_fields__), row) for row in value]
    return [value] if name in LISTS and isinstance(value, str) else value


def _row(columns: list[str], row: Any) -> Any:
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
    return Record(number, data, [_("知らない列です: %(names)s", names=_("、").join(unknown))] if unknown else [])
