"""Workbooks that lose or change something when they are believed: each is read as it is, or told with its row."""

import re
from datetime import date, datetime

import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from hub.sheets.cells import LONGEST_FORM
from tests.sheets.making import HEAD, MAIN, ROW, book, patched, raw_book

SHEET = "xl/worksheets/sheet1.xml"


def cells(sheet, row=0):
    return {name: text for name, text in sheet.rows[row].cells.items() if text}


def test_the_dimension_that_a_sheet_claims_is_not_believed(read):
    """Report tools write A1 whatever follows; rows and columns beyond it were lost."""
    for claimed in (b'<dimension ref="A1"', b'<dimension ref="A1:XFD1048576"'):
        made = patched(book([HEAD, ROW, ROW]), SHEET, lambda xml, c=claimed: xml.replace(b'<dimension ref="A1:H3"', c))
        sheet = read(made)
        assert [row.number for row in sheet.rows] == [2, 3]
        assert cells(sheet) == dict(zip(HEAD, ROW, strict=True))


def test_rows_are_counted_as_the_program_shows_them(read):
    """Rows that are not written at all, and cells without an address."""
    sheet = read(
        raw_book(
            '<sheetData><row r="3"><c t="str"><v>id</v></c><c t="str"><v>title</v></c></row>'
            '<row r="9"><c r="B9" t="str"><v>題名</v></c></row><row><c t="str"><v>b</v></c></row></sheetData>'
        )
    )
    assert [(row.number, cells(sheet, n)) for n, row in enumerate(sheet.rows)] == [
        (9, {"title": "題名"}),
        (10, {"id": "b"}),
    ]


def shown(form: str, value: object):
    def change(made):
        made.active["B2"].value, made.active["B2"].number_format = value, form

    return book([["id", "x"], ["a", None]], change)


FORMS = {
    "year and month": ('yyyy"年"m"月"', date(2024, 4, 1), "2024-04"),
    "year and month in an era": ('[$-411]ggge"年"m"月"', date(2024, 4, 1), "2024-04"),
    "a day in an era": ("[$-411]ge.m.d", date(2024, 4, 1), "2024-04-01"),
    "a day": ("yyyy/m/d", datetime(2024, 4, 1), "2024-04-01"),
    "month and day": ('m"月"d"日"', date(2024, 4, 1), "2024-04-01"),
    "a year": ("yyyy", date(2024, 4, 1), "2024"),
    "a moment": ("yyyy/m/d h:mm", datetime(2024, 4, 1, 9, 30), "2024-04-01 09:30"),
    "zeros before": ("000000", 12999, "012999"),
    "zeros in groups": ("000-0000", 3710026, "371-0026"),
    "thousands": ("#,##0", 54837, "54837"),
    "with a unit": ('#,##0"人"', 54837, "54837"),
    "per cent": ("0.0%", 0.355, "35.5%"),
    "a fraction": ("General", 0.1 + 0.2, "0.3"),
    "a large number": ("General", 123456789012345, "123456789012345"),
    "a whole number as a fraction": ("General", 12.0, "12"),
    "negative": ("0", -3, "-3"),
    "true": ("General", True, "TRUE"),
    "text": ("@", "0012", "0012"),
    "hours": ("[h]:mm", 1.5, "36:00"),
}


@pytest.mark.parametrize(("form", "value", "text"), FORMS.values(), ids=FORMS)
def test_cells_say_what_a_person_sees(read, form, value, text):
    sheet = read(shown(form, value))
    assert (sheet.rows[0].cells["x"], sheet.faults) == (text, [])


def test_a_format_longer_than_any_program_writes_is_none(read):
    assert read(shown("0" * LONGEST_FORM, 7)).rows[0].cells["x"] == "7".zfill(LONGEST_FORM)
    assert read(shown("0" * (LONGEST_FORM + 1), 7)).rows[0].cells["x"] == "7"


@pytest.mark.parametrize(("number", "text"), [(34, "2024-04"), (55, "2024-04"), (57, "2024-04-01"), (58, "2024-04-01")])
def test_the_formats_that_a_japanese_excel_knows_by_number(read, number, text):
    """It does not write them into the file."""
    made = patched(shown("0.0000", 45383), "xl/styles.xml", lambda xml: re.sub(b"<numFmts.*</numFmts>", b"", xml))
    made = patched(made, "xl/styles.xml", lambda xml: xml.replace(b'numFmtId="164"', f'numFmtId="{number}"'.encode()))
    assert read(made).rows[0].cells["x"] == text


def test_a_workbook_whose_days_are_counted_from_1904(read):
    def change(made):
        made.epoch = MAC_EPOCH
        made.active["A2"].value = date(2024, 4, 1)

    assert read(book([["x"], [None]], change)).rows[0].cells["x"] == "2024-04-01"


def test_what_is_merged_down_belongs_to_every_row(read):
    sheet = read(book([HEAD, ROW, ["a2", *ROW[1:7], None]], lambda made: made.active.merge_cells("H2:H3")))
    assert [row.cells["contact"] for row in sheet.rows] == ["企画課", "企画課"]
    assert sheet.faults == []


def test_a_row_that_has_nothing_but_a_merged_cell_is_none(read):
    rows = [HEAD, ROW, [None] * 8, ["a2", *ROW[1:]]]
    sheet = read(book(rows, lambda made: [made.active.merge_cells(f"{c}2:{c}3") for c in "ABCDEFGH"]))
    assert [row.number for row in sheet.rows] == [2, 4]


@pytest.mark.parametrize("where", ["B2:C2", "A1:B1", "A1:A2"])
def test_what_is_merged_across_or_with_the_heading_is_told(read, where):
    assert "結合" in read(book([HEAD, ROW], lambda made: made.active.merge_cells(where))).faults[0]


def test_a_formula_without_a_stored_result_is_told(read):
    faults = read(book([HEAD, [*ROW[:5], "=1000*1200", ROW[6], '="企画"&"課"']])).faults
    assert [fault.partition("の数式")[0] for fault in faults] == ["2行目：「cost_initial」", "2行目：「contact」"]


def test_the_stored_result_of_a_formula_is_taken(read):
    sheet = read(
        raw_book(
            '<sheetData><row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>x</v></c>'
            '<c r="C1" t="str"><v>y</v></c></row><row r="2"><c r="A2" t="str"><f>"a"</f><v>a</v></c>'
            '<c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><f>""</f><v></v></c></row></sheetData>'
        )
    )
    assert (sheet.rows[0].cells, sheet.faults) == ({"id": "a", "x": "2", "y": ""}, [])


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_errors_of_formulas_are_told_and_never_stored(read, error):
    stored = f'<c r="A2" t="e"><f>A9</f><v>{error}</v></c>'
    sheet = read(raw_book(f'<sheetData><row r="1"><c t="str"><v>id</v></c></row><row r="2">{stored}</row></sheetData>'))
    assert sheet.faults == [f"2行目：「id」が {error} です。計算できなかったセルを修正してください。"]
    for name in ("table.csv", "table.xlsx"):  # as plain text too
        content = book([["id"], [error]]) if name.endswith("x") else f"id\n{error}\n".encode()
        assert error in read(content, name).faults[0]


def test_a_hidden_first_sheet_is_passed_over_and_others_are_told(read):
    def change(made):
        made.active.sheet_state = "hidden"
        for n in range(2):
            sheet = made.create_sheet(f"見える{n}")
            sheet.append(["id"])
            sheet.append([f"seen{n}"])

    sheet = read(book([["id"], ["hidden"]], change))
    assert [row.cells["id"] for row in sheet.rows] == ["seen0"]
    assert sheet.notes == ["シート「見える0」を読みました。ほかに1枚のシートがあり、取り込みません。"]


def test_hidden_rows_and_columns_are_taken_and_said(read):
    def change(made):
        made.active.row_dimensions[3].hidden = True
        made.active.column_dimensions["H"].hidden = True

    sheet = read(book([HEAD, ROW, ["a2", *ROW[1:]]], change))
    assert [row.hidden for row in sheet.rows] == [False, True]
    assert [note[:8] for note in sheet.notes] == ["非表示の行が1行", "非表示の列があり"]


@pytest.mark.parametrize("heading", ["tags", " tags ", "ｔａｇｓ", "ta\ngs"])
def test_a_heading_that_stands_there_twice_is_told(read, heading):
    assert "見出し「tags」が2つ以上" in read(book([[*HEAD, heading], [*ROW, "二つめ"]])).faults[0]


def test_a_cell_without_a_heading_is_told(read):
    assert read(book([HEAD, [*ROW, "はみ出し"]])).faults[0].startswith("2行目：見出しのない列（I）に「はみ出し」")


def test_what_stands_for_a_carriage_return_is_one(read):
    made = read(book([["id", "tags"], ["a", "窓口_x000D_\n電子申請_x005F_x000D_"]]))
    assert made.rows[0].cells["tags"] == "窓口\n電子申請_x000D_"


def test_readings_beside_the_text_are_no_part_of_it(read):
    """ふりがな, which a Japanese Excel keeps of everything that is typed; and text in several fonts."""
    strings = '<si><r><t>山</t></r><r><t>田</t></r><rPh sb="0" eb="1"><t>ヤマ</t></rPh><phoneticPr fontId="1"/></si>'
    strings += '<si><t>氏名</t><rPh sb="0" eb="2"><t>シメイ</t></rPh></si>'
    sheet = '<sheetData><row r="1"><c t="s"><v>1</v></c></row><row r="2"><c t="s"><v>0</v></c></row></sheetData>'
    assert read(raw_book(sheet, strings)).rows[0].cells == {"氏名": "山田"}


def test_broken_styles_do_not_matter(read):
    """An empty fill, as a report tool writes it, was a traceback."""
    made = patched(
        book([HEAD, ROW]),
        "xl/styles.xml",
        lambda xml: xml.replace(b"<fill><patternFill", b"<fill /><fill><patternFill", 1),
    )
    assert cells(read(made)) == dict(zip(HEAD, ROW, strict=True))


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_damaged_workbook_is_refused_in_one_sentence(refused, cut):
    whole = book([HEAD, ROW])
    assert "読めません" in refused(whole[: int(len(whole) * cut)])
    part = patched(whole, SHEET, lambda xml: xml[: int(len(xml) * cut)])
    assert "読めません" in refused(part)


def test_one_that_is_no_xlsx_is_refused_by_what_it_is(refused):
    assert "パスワード" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "読めません" in refused(b"id,title\na,b\n")
    entity = f'<!DOCTYPE x [<!ENTITY a "b">]><worksheet {MAIN}><sheetData/></worksheet>'
    assert "読めません" in refused(patched(book([HEAD, ROW]), SHEET, lambda _xml: entity.encode()))
    hidden = book([HEAD, ROW], lambda made: made.create_sheet("見える"))
    assert "見出し" in refused(
        patched(
            hidden,
            "xl/workbook.xml",
            lambda x: x.replace(
                b'name="Sheet" sheetId="1" state="visible"', b'name="Sheet" sheetId="1" state="hidden"'
            ),
        )
    )
