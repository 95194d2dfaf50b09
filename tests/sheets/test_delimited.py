"""Text with separators: read as what it is, or refused in words with the row."""

import pytest

from tests.sheets.making import HEAD, ROW

TEXT = "\n".join(",".join(line) for line in (HEAD, ROW)) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16"])
def test_every_encoding_that_is_met_here_is_read(read, encoding):
    """ISO-2022-JP is plain ASCII to whoever does not look, and came in as garbage."""
    sheet = read(TEXT.encode(encoding), "table.csv")
    assert sheet.rows[0].cells == dict(zip(HEAD, ROW, strict=True))


def test_half_width_kana_in_shift_jis_are_not_taken_for_euc(read):
    assert read("id,かな\na,ｶｸｳ ﾏﾁ の窓口\n".encode("cp932"), "t.csv").rows[0].cells["かな"] == "ｶｸｳ ﾏﾁ の窓口"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xff\xff", b"id\na\x00b\n", b"\x1b$B\x00\x1b(B"])
def test_what_is_no_text_is_refused(refused, content):
    assert refused(content, "table.csv")


OPEN = {
    "at the end of a row": 'id,title\nq1,"開いたまま\nq2,b\nq3,c\n',
    "closed by a later cell": 'id,title,x\nq1,"開いた,b\nq2,"c",d\n',
    "text behind the closing one": 'id,title\nq1,"a"b\n',
}


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_row(refused, text):
    """The rows after it were part of a cell, without a word."""
    assert refused(text.encode(), "table.csv").startswith("2行目")


def test_quoted_commas_and_breaks_are_no_fault(read):
    sheet = read('id,title\na,"1行,め\n2行""め"""\nb,c\n'.encode(), "table.csv")
    assert [(row.number, row.cells["title"]) for row in sheet.rows] == [(2, '1行,め\n2行"め"'), (3, "c")]
    assert sheet.faults == []


def test_one_comma_too_many_is_told(read):
    """The cells behind it stood under the wrong heading, the last one nowhere."""
    assert "2行目：見出しのない列（C）" in read(b"id,title\na,b,c\n", "table.csv").faults[0]
    assert read(b"id,title,,\na,b,,\n", "table.csv").faults == []


def test_a_cell_longer_than_any_is_refused_and_no_traceback(refused):
    assert "2行目のセルが長すぎます" in refused(b'id,title\na,"' + b"x" * 200_000 + b'"\n', "table.csv")


def test_tabs_separate_too(read):
    """As in Excel's Unicode text."""
    assert read("id\ttitle\na\t1,200\n".encode("utf-16"), "table.csv").rows[0].cells == {"id": "a", "title": "1,200"}
