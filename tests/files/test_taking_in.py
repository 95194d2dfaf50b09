"""What is taken and what is not, by content (X4). What is named without a file is in hub/files."""

import io
import struct
import zipfile

import pytest
from PIL import Image

from hub.files.drawing import MOST_PIXELS
from hub.files.names import clean_name
from hub.security.limits import Buckets
from tests.factories import JSON
from tests.files.conftest import PDF, claims_pixels, docx, ole, photo, png, send, xlsx, zipped

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00" + b"\0" * 200


def without_bytes(value: object) -> str | None:
    """Contents differ from process to process: no names for tests."""
    return "content" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (HTML, "案内.txt"),
        (HTML, "案内.pdf"),
        (b"\xef\xbb\xbf  " + HTML, "表.csv"),
        (SVG, "図.svg"),
        (SVG, "図.png"),
        (b"<?xml version='1.0'?>" + SVG, "図.txt"),
        (EXE, "申請.pdf"),
        (b"#!/bin/sh\n\x00\x01", "手順.txt"),
        (zipped(**{"a.txt": b"x"}), "束.zip"),
        (zipped(**{"a.txt": b"x"}), "束.docx"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, "束.7z"),
        (ole("Unknown"), "何か.xls"),
    ],
    ids=without_bytes,
)
def test_what_is_not_on_the_list_is_refused_whatever_it_is_called(refused, content, name):
    """Seen to fail in hub/files/kinds.py without the refusal at the end of `_require_text` (all that is no Office file
    was taken), without `_MARKUP` (pages and drawings), without the control characters (the script and the 7z); in
    hub/files/office.py without the refusal of a zip with no table of types, and of an OLE file with no known stream."""
    assert "CSVを添付できます" in refused(content, name)


def test_an_empty_file_is_refused(refused):
    """Seen to fail without `empty` in `kind_of` of hub/files/kinds.py: it was taken for text."""
    assert "空" in refused(b"", "空.txt")


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (PDF + zipped(**{"a.html": HTML}), "案内.pdf", "安全を確認できない形式"),
        (png() + zipped(**{"a.jar": EXE}), "図.png", "安全を確認できない形式"),
        (b"GIF89a/*" + HTML + b"*/=1;", "図.gif", "開けません"),
        (png()[:60], "図.png", "開けません"),
        (docx()[:80], "文.docx", "開けません"),
    ],
    ids=without_bytes,
)
def test_two_kinds_in_one_file_and_broken_ones_are_refused(refused, content, name, word):
    """Seen to fail without `has_zip_end` in `kind_of` of hub/files/kinds.py (the PDF and the PNG); and where what
    Pillow raises in hub/files/images.py, or what a zip's end is asked in `_check_table` and zipfile raises in
    hub/files/office.py, was not turned into a refusal."""
    assert word in refused(content, name)


@pytest.mark.parametrize(
    "content",
    [
        docx(**{"word/vbaProject.bin": b"x"}),
        docx(**{"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
        ole("WordDocument", "_VBA_PROJECT"),
        ole("Workbook", "_VBA_PROJECT_CUR"),
    ],
    ids=without_bytes,
)
def test_macros_are_refused_in_every_format(refused, content):
    """Seen to fail without the refusal in `inspect_zip`, and in `inspect_ole`, of hub/files/office.py."""
    assert "マクロ" in refused(content, "様式.docm")


def test_macros_are_taken_where_the_setting_says_so(app, upload, world):
    """Seen to fail without the setting in `take` of hub/files/receiving.py."""
    config = app.extensions["hub.config"]
    app.extensions["hub.config"] = type(config)(**{**config.__dict__, "file_macros": True})
    id_ = upload(content=ole("Workbook", "_VBA_PROJECT_CUR"), name="集計.xls")
    assert world.client("officer").get(f"/attachments/{id_}").mimetype == "application/vnd.ms-excel"


def test_what_cannot_be_looked_into_is_refused(refused):
    """In words that help. Seen to fail without EncryptedPackage in `inspect_ole` of hub/files/office.py: the list of
    what is taken was told, for no other stream is known."""
    assert "パスワード" in refused(ole("EncryptedPackage"), "秘密.xlsx")


def test_a_program_inside_an_office_file_is_refused(refused):
    """Seen to fail without `_PROGRAM` in `_check_entries` of hub/files/office.py."""
    assert "プログラム" in refused(docx(**{"word/embeddings/setup.exe": EXE}), "文.docx")


def test_a_path_inside_an_office_file_is_refused(refused):
    """Seen to fail without the search for `..` in `_check_entries` of hub/files/office.py."""
    assert "開けません" in refused(docx(**{"../../etc/cron.d/x": b"x"}), "文.docx")


def bomb() -> bytes:
    return docx(**{"word/media/a.bin": b"\0" * 60_000_000})


def overlapping() -> bytes:
    """Many entries that all show the same packed part: the ratio of each is harmless."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", b"x" * 1000)
        first = archive.infolist()[0]
        for n in range(30):
            again = zipfile.ZipInfo(f"word/{n}.xml")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.compress_size = again.file_size = first.file_size
            archive.filelist.append(again)
        archive._didModify = True  # type: ignore[attr-defined]
    return out.getvalue()


def many_entries() -> bytes:
    return zipped(**{f"{n}": b"" for n in range(5_100)})


def two_ends(whole: bytes, comment: bytes = b"") -> bytes:
    """A zip of whose entries the end record tells one; a zip64's other end record tells all."""
    at = whole.rindex(b"PK\5\6")
    entries, table_bytes, table_at = struct.unpack_from("<HLL", whole, at + 10)
    other = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, table_bytes, table_at)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 47, table_at, len(comment))
    return whole[:at] + other + locator + end + comment


@pytest.mark.parametrize(
    "content",
    [bomb(), overlapping(), many_entries(), two_ends(many_entries()), two_ends(many_entries(), b" " * 65_535)],
    ids=["ratio", "overlapping", "entries", "two ends", "two ends, far apart"],
)
def test_a_zip_bomb_is_refused_unopened(refused, content):
    """Seen to fail in hub/files/office.py without the ratio and the sum of packed parts (both in `_check_entries`),
    without the number of entries in `_check_table`, without the other record in `_size_of_table` (all entries were
    read), and, for the last, without that record's bytes in _END_BYTES."""
    assert "展開すると" in refused(content, "文.docx")


@pytest.mark.parametrize("side", [8_000, 20_000, 60_000])
def test_a_flood_of_pixels_is_refused_from_the_header(refused, side):
    """Seen to fail without MOST_PIXELS in `draw` of hub/files/drawing.py, for the smallest of the three: the others
    are over Pillow's own limit too."""
    assert side * side > MOST_PIXELS
    assert "縦横" in refused(claims_pixels(side, side), "図.png")


@pytest.mark.parametrize(
    ("content", "name", "kind", "shown"),
    [
        (PDF, "手引.pdf", "pdf", "手引.pdf"),
        (png(), "画面.PNG", "image", "画面.PNG"),
        (photo(), "現地.jpeg", "image", "現地.jpeg"),
        (xlsx(), "一覧.xlsx", "sheet", "一覧.xlsx"),
        (docx(), "要綱.docx", "document", "要綱.docx"),
        (two_ends(xlsx()), "帳票.xlsx", "sheet", "帳票.xlsx"),  # as Java programs write it
        (ole("WordDocument"), "要綱.doc", "document", "要綱.doc"),
        ("氏名,団体\n架空太郎,架空町A\n".encode("cp932"), "名簿.csv", "text", "名簿.csv"),
        ("メモ\n".encode("utf-16"), "メモ.txt", "text", "メモ.txt"),
        # a gateway that rewrites names: the content says what it is
        (PDF, "20261125_093012_a8f3.pdf.sanitized", "pdf", "20261125_093012_a8f3.pdf.sanitized.pdf"),
        (PDF, "手引.exe", "pdf", "手引.exe.pdf"),
        (xlsx(), "一覧", "sheet", "一覧.xlsx"),
        # paths, tricks of direction, devices
        (PDF, "../../etc/passwd", "pdf", "passwd.pdf"),
        (PDF, "手引\u202efdp.exe", "pdf", "手引fdp.exe.pdf"),
        (PDF, "CON.pdf", "pdf", "_CON.pdf"),
        (PDF, "か\u3099いよう.pdf", "pdf", "がいよう.pdf"),
        (PDF, "あ" * 300 + ".pdf", "pdf", "あ" * 116 + ".pdf"),
        (PDF, "<img src=x onerror=alert(1)>.pdf", "pdf", "_img src=x onerror=alert(1)_.pdf"),
    ],
    ids=without_bytes,
)
def test_the_name_stays_and_the_content_decides(world, content, name, kind, shown):
    """Seen to fail in `clean_name` of hub/files/names.py without the ending that the content demands, without the last
    part of a path, without the categories of invisible characters, without `_DEVICE`, without NFC, without NAME_CHARS
    and without `_UNSAFE`: each the names that show it."""
    answer = send(world.client("officer"), content, name)
    assert answer.status_code == 201, answer.text
    assert (answer.json["kind"], answer.json["name"]) == (kind, shown)


def test_a_path_of_windows_is_cut_off_as_well():
    """Seen to fail without the last part of a path in `clean_name`."""
    assert clean_name("..\\..\\Windows\\手引.pdf", ("pdf",)) == "手引.pdf"


@pytest.mark.parametrize("kanji", ["\ue000", "\U000f0001", "\U000323b0", "葛\U000e0100", "👨\u200d👩\u200d👧"])
def test_gaiji_and_the_newest_kanji_stay_in_the_name(kanji: str) -> None:
    """Seen to fail: private use and what this Python's tables do not know were taken for invisible."""
    assert clean_name(f"{kanji}様の申請.pdf", ("pdf",)) == f"{kanji}様の申請.pdf"


def test_a_file_over_the_limit_is_refused_in_words(app, refused):
    """Seen to fail without `file_bytes` in `receive` of hub/files/receiving.py."""
    config = app.extensions["hub.config"]
    app.extensions["hub.config"] = type(config)(**{**config.__dict__, "file_bytes": 1024 * 1024})
    assert "1MB" in refused(PDF + b"\n" * 1024 * 1024)


def test_a_request_over_the_limit_is_not_even_read(world):
    """Seen to fail without `max_content_length` in `take_in` of hub/files/receiving.py."""
    browser = world.client("officer")
    answer = send(browser, PDF + b"\n" * 23 * 1024 * 1024)
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_other_routes_keep_their_small_limit(world):
    """Seen to fail in `take_in` of hub/files/receiving.py with the large limit for every route, and, in the second
    request, for whoever is not signed in."""
    browser = world.client("officer")
    data = {"csrf_token": browser.csrf, "body": "x", "file": (io.BytesIO(b"x" * 3 * 1024 * 1024), "a.txt")}
    assert browser.post("/drafts", data=data).status_code == 413
    assert (
        world.client(None).post("/attachments", data={"file": (io.BytesIO(b"x" * 3 * 1024 * 1024), "a")}).status_code
        == 413
    )


def test_the_quota_is_the_organisations(app, upload, refused):
    """Seen to fail without `used_bytes` in `add_upload` of hub/files/services.py; and with all organisations' bytes
    there: the stranger was refused too."""
    config = app.extensions["hub.config"]
    app.extensions["hub.config"] = type(config)(**{**config.__dict__, "files_quota_bytes": len(PDF) + 10})
    upload("officer")
    assert "容量" in refused(PDF, who="manager")
    upload("foreign_officer")


def test_a_picture_is_drawn_anew_without_what_the_camera_wrote(app, world, upload):
    """Seen to fail with the metadata handed on in `draw` of hub/files/drawing.py."""
    id_ = upload(content=photo("N36.39 E139.06"), name="現地.jpg")
    browser = world.client("officer")
    assert b"N36.39" in browser.get(f"/attachments/{id_}").data
    for size in ("thumbnail", "image"):
        answer = browser.get(f"/attachments/{id_}/{size}")
        assert (answer.mimetype, b"N36.39" in answer.data) == ("image/webp", False)
        picture = Image.open(io.BytesIO(answer.data))
        assert not picture.getexif()
        assert picture.size == ((480, 360) if size == "thumbnail" else (1200, 900))


def test_the_same_content_is_stored_once_under_each_name(app, world, upload):
    """Seen to fail where `Vault.place` made a second name of its own."""
    upload("officer", name="a.pdf")
    upload("foreign_officer", name="b.pdf")
    assert len({path.name for _digest, path in app.extensions["hub.vault"].contents()}) == 1


def test_a_burst_of_uploads_is_slowed_down(app, world):
    """Seen to fail without the limit in `receive` of hub/files/receiving.py."""
    app.extensions["hub.limits"].uploads = Buckets(2, 1000)
    browser = world.client("officer")
    assert [send(browser, PDF).status_code for _n in range(3)] == [201, 201, 429]


def test_nothing_chosen_is_said(world):
    """Seen to fail without the refusal in `upload` of hub/attachments/routes.py."""
    browser = world.client("officer")
    answer = browser.post("/attachments", data={}, headers=JSON | {"X-CSRFToken": browser.csrf})
    assert answer.status_code == 422
