"""Files of every sort, made small."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from PIL import Image
from werkzeug.test import TestResponse

from tests.factories import JSON, Browser, World

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def png(width: int = 60, height: int = 40, color: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


def photo(place: str = "N36.39 E139.06") -> bytes:
    """A JPEG that knows where it was taken."""
    image, out = Image.new("RGB", (1200, 900), "teal"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = place
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def xlsx() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "架空"
    book.save(out)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    types = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return zipped(**{"[Content_Types].xml": types, "word/document.xml": b"<w/>"} | more)


def ole(*streams: str) -> bytes:
    return OLE + b"".join(s.encode("utf-16-le") + b"\0\0" for s in streams)


def claims_pixels(width: int, height: int) -> bytes:
    """A small PNG whose header declares a huge picture."""
    whole = bytearray(png())
    whole[16:24] = struct.pack("!II", width, height)
    import zlib

    whole[29:33] = struct.pack("!I", zlib.crc32(bytes(whole[12:29])))
    return bytes(whole)


def send(browser: Browser, content: bytes, name: str = "資料.pdf") -> TestResponse:
    data = {"file": (io.BytesIO(content), name)}
    return browser.post("/attachments", data=data, headers=JSON | {"X-CSRFToken": browser.csrf})


@pytest.fixture
def upload(world: World) -> Callable[..., int]:
    """Upload as somebody; returns the attachment's id."""

    def do(who: str = "officer", content: bytes = PDF, name: str = "資料.pdf") -> int:
        answer = send(world.client(who), content, name)
        assert answer.status_code == 201, answer.text
        return int(answer.json["attachment_id"])

    return do


@pytest.fixture
def refused(world: World) -> Callable[..., str]:
    """Upload what is not taken; returns the words."""

    def do(content: bytes, name: str = "資料.pdf", who: str = "officer") -> str:
        answer: Any = send(world.client(who), content, name)
        assert answer.status_code in (413, 422), answer.text
        error = answer.json["error"]
        return str(error.get("fields", {}).get("file") or error["message"])

    return do
