"""A small file that would take much: refused in words, within its time, and the worker takes no part in it."""

import io
import json
import subprocess
import sys
import time
import zipfile

import pytest

from hub.confined.asking import ask
from hub.confined.limits import Limits, MiB
from hub.confined.process import TASKS
from hub.confined.refusal import Broken, TooMuch
from hub.files.images import LIMITS
from hub.sheets import limits
from hub.spawning import spawn_python
from tests.sheets.conftest import read, refused  # noqa: F401 - fixtures
from tests.sheets.making import HEAD, ROW, book, patched, placed, raw_book

FIRST = '<row r="1"><c r="A1" t="str"><v>id</v></c></row>'


@pytest.fixture(autouse=True)
def _spawned(monkeypatch):
    """As in production, not forked."""
    monkeypatch.setattr("hub.confined.asking.spawn_python", spawn_python)


def test_a_huge_dimension_costs_nothing(read):  # noqa: F811
    """1.7 KB that took 22 s: cells were made for all that the sheet said it had."""
    cell = '<row r="1048576"><c r="A1048576" t="str"><v>x</v></c></row>'
    begun = time.process_time()
    sheet = read(raw_book(f'<dimension ref="A1:XFD1048576"/><sheetData>{FIRST}{cell}</sheetData>'))
    assert [row.number for row in sheet.rows] == [1_048_576]
    assert time.process_time() - begun < 1


def test_a_far_column_is_refused(refused):  # noqa: F811
    assert "列が多すぎます" in refused(
        raw_book(f'<sheetData>{FIRST}<row><c r="XFD2" t="str"><v>x</v></c></row></sheetData>')
    )


def test_merged_cells_over_the_whole_sheet_cost_nothing(read):  # noqa: F811
    merged = '<mergeCells><mergeCell ref="A2:A1048576"/></mergeCells>'
    rows = '<row r="2"><c r="A2" t="str"><v>x</v></c></row><row r="3"><c r="B3" t="str"><v>y</v></c></row>'
    head = '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>b</v></c></row>'
    assert read(raw_book(f"<sheetData>{head}{rows}</sheetData>{merged}")).rows[1].cells == {"id": "x", "b": "y"}


def test_too_many_rows_are_refused_without_reading_them_all(refused):  # noqa: F811
    rows = "".join(f'<row><c t="str"><v>{n}</v></c></row>' for n in range(limits.MOST_ROWS + 50))
    assert refused(raw_book(f"<sheetData>{FIRST}{rows}</sheetData>")) == "行が多すぎます（20,000行まで）。"


def test_strings_that_unfold_to_more_than_is_allowed_are_refused_in_words(refused, monkeypatch):  # noqa: F811
    """133 s and 600 MB for a file of 2 MB."""
    monkeypatch.setattr("hub.sheets.reading.READING", Limits(60 * MiB, 20, 60.0))
    strings = "".join(f"<si><t>{n}</t></si>" for n in range(1_000_000))
    assert "大きすぎて読めません" in refused(raw_book(f"<sheetData>{FIRST}</sheetData>", strings))


def test_more_strings_than_cells_are_not_read_to_the_end(refused):  # noqa: F811
    """3 million took a minute of another process."""
    strings = "<si><t>x</t></si>" * (limits.MOST_CELLS + 2)
    assert "大きすぎて読めません" in refused(raw_book(f"<sheetData>{FIRST}</sheetData>", strings))


def test_one_part_that_is_too_large_is_not_unpacked(refused):  # noqa: F811
    made = patched(book([HEAD, ROW]), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * (limits.MOST_PART_BYTES + 1))
    begun = time.process_time()
    assert "大きすぎて読めません" in refused(made)
    assert time.process_time() - begun < 5


def test_attachments_and_imports_have_the_same_limits_of_zip_files(refused):  # noqa: F811
    """A table of contents with more entries than any Office file has is not read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(5_001):
            archive.writestr(f"xl/{n}", "")
    assert "大きすぎて読めません" in refused(out.getvalue())


def test_a_process_that_computes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setitem(TASKS, "sheet", TASKS["sheet"])
    path = placed(tmp_path, raw_book(f"<sheetData>{FIRST}</sheetData>", "<si><t>x</t></si>" * 3_000_000))
    begun = time.monotonic()
    with pytest.raises(TooMuch):
        ask("sheet", Limits(1024 * MiB, 30, 1.0), path=str(path))
    assert time.monotonic() - begun < 10
    with pytest.raises(TooMuch):
        ask("sheet", Limits(1024 * MiB, 1, 120.0), path=str(path))


def test_what_the_process_does_not_know_how_to_read_is_told_without_its_words(tmp_path):
    with pytest.raises(Broken) as fault:
        ask("sheet", limits.READING, path=str(tmp_path / "secret-name"))
    assert str(fault.value) == "FileNotFoundError"


def test_the_process_has_nothing_of_the_worker_s_surroundings(monkeypatch, tmp_path):
    """A file that takes it over finds no secret there."""
    monkeypatch.setenv("HUB_SECRET_KEY", "a" * 64)
    seen = tmp_path / "seen"
    monkeypatch.setattr(sys, "executable", str(_shell(tmp_path, f"env > {seen}")))
    with pytest.raises(TooMuch):
        ask("sheet", limits.READING, path="x")
    assert "HUB_" not in seen.read_text()


def _shell(folder, script):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(("form", "side", "taken"), [("webp", 7000, False), ("webp", 4400, True), ("png", 7000, True)])
def test_a_small_picture_with_many_pixels_stays_within_its_memory(tmp_path, form, side, taken):
    """A WebP of 1 KB took 440 MB of the worker."""
    path = tmp_path / f"a.{form}"
    _white(path, form, side)
    assert path.stat().st_size < 200_000
    drawn = subprocess.run(
        [sys.executable, "-c", DRAW, str(path), form, str(tmp_path)], check=True, capture_output=True, text=True
    )
    told, own_kib, children_kib = json.loads(drawn.stdout)
    assert told == ([360, 360] if taken else "pixels")
    assert own_kib < 20_000
    assert children_kib * 1024 < LIMITS.memory_bytes + 120 * MiB


# In a process of its own, whose children are those that draw and no others.
DRAW = """
import json, resource, sys
from pathlib import Path
from hub.files.images import draw_anew
from hub.files.refusal import FileRefused
path, form, folder = sys.argv[1:]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
goals = {name: Path(folder) / f"{name}.webp" for name in ("view", "thumb")}
try:
    told = draw_anew(Path(path), f"image/{form}", goals)
except FileRefused as refusal:
    told = refusal.reason
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([told, grown, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


def _white(path, form, side):
    """Made by another process: this one's memory is what is measured."""
    make = f"from PIL import Image; Image.new('RGB', ({side}, {side}), 'white').save({str(path)!r}, lossless=True)"
    subprocess.run([sys.executable, "-c", make], check=True)


def test_answers_are_plain_values(tmp_path, app):
    """What comes back is JSON and nothing that could be run."""
    path = placed(tmp_path, json.dumps([{"id": "a"}]).encode(), "a.json")
    assert ask("records", limits.READING, path=str(path)) == [["item", 1, {"id": "a"}]]
