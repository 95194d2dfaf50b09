"""The guards of whatever reads zip files, pictures and tables from outside: one below, at and one beyond. In place of a
limit of millions stands a small one, which shows that it is this one that limits."""

import socket
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from hub import zips
from hub.confined import asking
from hub.confined.refusal import TooMuch
from hub.files import drawing
from hub.sheets import delimited, limits, reading, rows, workbook
from hub.sheets.reading import UnreadableSheet, read_sheet
from hub.zips import FREE_BYTES, MOST_RATIO, MOST_UNPACKED_BYTES, check_contents, check_entries
from tests.bounds.around import AROUND, refusal_of, refusals, small, written
from tests.files.conftest import zipped
from tests.sheets.making import raw_book

# Zip


def test_entries_of_a_zip(tmp_path: Path) -> None:
    def look(n: int) -> None:
        check_contents(written(tmp_path, zipped(**{str(i): b"" for i in range(n)})))

    assert refusals(look, zips.MOST_ENTRIES) == ["", "", "bomb"]


def test_bytes_of_a_zips_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = 46 + len("name")
    path = written(tmp_path, zipped(name=b"x"))

    def look(n: int) -> None:
        small(monkeypatch, "MOST_TABLE_BYTES", 2 * table - n, zips)
        check_contents(path)

    assert refusals(look, table) == ["", "", "bomb"]


def entry(unpacked: int, packed: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("a")
    made.file_size, made.compress_size = unpacked, packed
    return made


@pytest.mark.parametrize(
    ("file_bytes", "most"),
    [
        (MOST_UNPACKED_BYTES, MOST_UNPACKED_BYTES),
        (1_000_000, MOST_RATIO * 1_000_000),
        (1, FREE_BYTES),
        (FREE_BYTES // MOST_RATIO - 1, FREE_BYTES),
    ],
    ids=["in all", "ratio", "free", "ratio that does not count yet"],
)
def test_what_a_zip_unpacks_to(file_bytes: int, most: int) -> None:
    assert refusals(lambda n: check_entries([entry(n)], file_bytes), most) == ["", "", "bomb"]
    assert refusals(lambda n: check_entries([entry(1), entry(n - 1)], file_bytes), most) == ["", "", "bomb"]


def test_packed_parts_are_not_longer_than_the_file() -> None:
    assert refusals(lambda n: check_entries([entry(1, 40), entry(1, n - 40)], 100), 100) == ["", "", "bomb"]


# Pictures


@pytest.mark.parametrize("form", ["png", "jpeg", "gif", "webp"])
def test_pixels_of_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """A WebP has a smaller limit of its own: the other one does not hold for it, nor its own for the others."""
    own, other = 24, 10**6 if form == "webp" else 1
    small(monkeypatch, "MOST_PIXELS", other if form == "webp" else own, drawing)
    monkeypatch.setattr(drawing, "_FEWER", {"image/webp": own if form == "webp" else other})
    goals = {name: str(tmp_path / f"{name}.webp") for name in drawing.RENDITIONS}

    def draw(width: int, height: int) -> Iterable[int]:
        path = tmp_path / f"{width}.{form}"
        Image.new("RGB", (width, height), "navy").save(path, form)
        return drawing.draw(str(path), f"image/{form}", goals)

    sizes = ((23, 1), (6, 4), (5, 5))
    assert [refusal_of(lambda size=size: draw(*size)) for size in sizes] == ["", "", "pixels"]  # type: ignore[misc]
    assert (other if form == "webp" else own) == drawing.MOST_PIXELS


# Tables


def lines(n: int, *, columns: int = 1) -> bytes:
    """Headings and n rows."""
    return b"".join(b",".join([b"x"] * columns) + b"\n" for _ in range(n + 1))


def xml_rows(n: int) -> str:
    return '<row><c t="str"><v>x</v></c></row>' * (n + 1)


def table(rows: str) -> str:
    return f"<sheetData>{rows}</sheetData>"


def book(folder: Path, sheet: str, strings: str = "") -> Path:
    return written(folder, raw_book(sheet, strings), "a.xlsx")


def sheet(path: Path) -> Iterable[object]:
    return rows.grid_of(path).rows


def test_rows_of_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the headings."""
    small(monkeypatch, "MOST_ROWS", 5, rows, delimited, workbook)
    assert refusals(lambda n: sheet(written(tmp_path, lines(n), "a.csv")), 5) == ["", "", "rows"]
    workbooks = refusals(lambda n: sheet(book(tmp_path, table(xml_rows(n)))), 5)
    assert workbooks == ["", "", "rows"]


def test_lines_of_text_with_empty_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, "MOST_ROWS", 5, rows, delimited)
    blank = refusals(lambda n: sheet(written(tmp_path, b"x\n" + b"\n" * (n - 1), "a.csv")), 10)
    assert blank == ["", "", "rows"]


def test_columns_of_a_table(tmp_path: Path) -> None:
    most = limits.MOST_COLUMNS
    assert refusals(lambda n: sheet(written(tmp_path, lines(1, columns=n), "a.csv")), most) == ["", "", "columns"]
    cells = '<c t="str"><v>x</v></c>'
    workbooks = refusals(lambda n: sheet(book(tmp_path, table(f"<row>{cells * n}</row>"))), most)
    assert workbooks == ["", "", "columns"]


def test_empty_columns_do_not_count(tmp_path: Path) -> None:
    content = b"x" + b"," * limits.MOST_COLUMNS * 2
    assert refusal_of(lambda: sheet(written(tmp_path, content, "a.csv"))) == ""


def test_cells_of_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, "MOST_CELLS", 6, workbook)
    cells = refusals(lambda n: sheet(book(tmp_path, table(xml_rows(n - 1)))), 6)
    assert cells == ["", "", "too_much"]
    merged = '<mergeCell ref="A2:A3"/>'
    boxes = refusals(lambda n: sheet(book(tmp_path, f"{table(xml_rows(2))}<mergeCells>{merged * n}</mergeCells>")), 6)
    assert boxes == ["", "", "too_much"]


def test_shared_strings_of_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, "MOST_CELLS", 6, workbook)
    strings = "<si><t>x</t></si>"

    def look(n: int) -> Iterable[object]:
        return sheet(book(tmp_path, table(xml_rows(1)), strings * n))

    assert refusals(look, 6) == ["", "", "too_much"]


def test_a_part_of_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path, table(xml_rows(60)))
    with zipfile.ZipFile(path) as archive:
        largest = max(info.file_size for info in archive.infolist())

    def look(n: int) -> Iterable[object]:
        small(monkeypatch, "MOST_PART_BYTES", 2 * largest - n, workbook)
        return sheet(path)

    assert refusals(look, largest) == ["", "", "too_much"]


def test_signs_of_a_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In text a longer one is the end of it: a quotation mark has swallowed the rest. In a workbook its row is told."""
    small(monkeypatch, "MOST_CELL_CHARS", 8, rows, delimited)
    assert refusals(lambda n: sheet(written(tmp_path, b"id\n" + b"x" * n, "a.csv")), 8) == ["", "", "long"]

    def faults(n: int) -> list[object]:
        head, cell = (f'<row><c t="str"><v>{text}</v></c></row>' for text in ("id", "x" * n))
        said = rows.lines_of(str(book(tmp_path, table(head + cell))))
        return [line[1] for line in said if line[0] == "fault"]

    assert [faults(8 + more) for more in AROUND] == [[], [], ["long"]]


def test_bytes_of_a_table(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, "MOST_BYTES", 40, reading)

    def is_read(size: int) -> bool:
        with app.test_request_context():
            return bool(read_sheet(written(tmp_path, b"id\n" + b"x" * (size - 3), "a.csv")).rows)

    assert [is_read(40 + more) for more in (-1, 0)] == [True, True]
    with pytest.raises(UnreadableSheet, match="大きすぎます"):
        is_read(41)


# What the process that reads may say


def test_bytes_of_an_answer() -> None:
    def ask(said: int) -> list[bytes]:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(b"x" * (said - 1) + b"\n")
            theirs.shutdown(socket.SHUT_WR)
            return list(asking._lines(ours, 100))

    assert [len(ask(100 + more)[0]) for more in (-1, 0)] == [98, 99]
    with pytest.raises(TooMuch):
        ask(101)
