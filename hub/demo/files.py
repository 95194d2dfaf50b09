"""Small real files for the demo, made when it is loaded: each says in its name and on its face that it is invented."""

import io
from pathlib import Path
from typing import Any

import openpyxl
from PIL import Image, ImageDraw

from hub.actor import Actor
from hub.files.receiving import take, vault

FACE = "SAMPLE - fictional demo data"
ROWS = (
    ("項目", "担当", "状態", "メモ"),
    ("説明の文", "担当課", "済み", "架空のデータです"),
    ("選択肢の言い回し", "担当課", "相談中", "架空のデータです"),
    ("項目の追加", "情報担当", "これから", "架空のデータです"),
)


def upload(actor: Actor, name: str) -> int:
    """Make the file of this name and upload it for somebody; returns its id."""
    with vault().incoming() as file:
        file.write(content_of(name))
        file.flush()
        return int(take(actor, Path(file.name), name)["attachment_id"])


def content_of(name: str) -> bytes:
    ending = name.rsplit(".", 1)[1]
    return _sheet(name) if ending == "xlsx" else _page({"png": "PNG", "pdf": "PDF"}[ending])


def _sheet(name: str) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.append((name.rsplit(".", 1)[0],))
    for row in ROWS:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def _page(format_: str) -> bytes:
    """A form as it might lie on a desk: lines and boxes, and in letters that every machine has that it is a sample."""
    page, out = Image.new("RGB", (1000, 720), "white"), io.BytesIO()
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 1000, 70), fill="#0017c1")
    pen.text((30, 22), FACE, fill="white", font_size=28)
    for row in range(6):
        top = 110 + row * 95
        pen.rectangle((40, top, 260, top + 70), fill="#e8f1fe", outline="#626264", width=2)
        pen.rectangle((260, top, 960, top + 70), outline="#626264", width=2)
        pen.line((290, top + 45, 500 + row * 60, top + 45), fill="#949494", width=6)
    page.save(out, format_)
    return out.getvalue()
