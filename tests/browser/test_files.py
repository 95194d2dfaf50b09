"""Files in real Chromium: chosen, dropped, pasted, taken out, sent with their text, seen by the other side."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, ask, first_room, live, press


def picture(name: str = "画面.png") -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def paper(name: str = "手引(架空).pdf") -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nx"}


def hand(page: Page, kind: str, name: str, onto: str = "#composer textarea") -> None:
    """Drop or paste a small PDF there, as the browser's own events would bring it."""
    page.evaluate(
        """([kind, name, onto]) => {
          const given = new DataTransfer();
          given.items.add(new File(['%PDF-1.7\\n'], name, { type: 'application/pdf' }));
          const target = document.querySelector(onto);
          const more = kind === 'paste' ? { clipboardData: given } : { dataTransfer: given };
          const Kind = kind === 'paste' ? ClipboardEvent : DragEvent;
          target.dispatchEvent(new Kind(kind, { bubbles: true, cancelable: true, ...more }));
        }""",
        [kind, name, onto],
    )


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_files_go_with_a_message_and_are_seen_by_the_other_side(person, viewport):
    """Seen to fail without `attachment_ids` in `Composer.payload` (the text came without its files) and without `add`
    at the drop in static/js/files/tray.js."""
    officer, supporter = person("officer", viewport=viewport), person("supporter")
    thread = ask(officer, first_room(officer), f"ファイルの確認 {viewport['width']}")
    live(officer)
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    officer.locator("#message-file").set_input_files([picture(), paper()])
    hand(officer, "drop", "落とした.pdf")
    hand(officer, "paste", "貼った.pdf")
    items = officer.locator("#composer .tray__item")
    expect(items).to_have_count(4)
    expect(items.locator("input[type=hidden]")).to_have_count(4)
    items.filter(has_text="貼った.pdf").locator("[data-tray-remove]").click()
    expect(items).to_have_count(3)
    officer.locator("#composer textarea").fill("三つ送ります")
    officer.locator("#composer [value=send]").click()
    message = supporter.locator(".message", has_text="三つ送ります")
    expect(message.locator(".attachment")).to_have_count(3)
    expect(message.locator(".attachment__picture img").first).to_have_js_property("complete", True)
    expect(items).to_have_count(0)
    with supporter.expect_download() as download:
        message.locator(".attachment__name:visible", has_text="手引(架空).pdf").click()
    assert Path(download.value.path()).read_bytes() == b"%PDF-1.7\nx"
    assert download.value.suggested_filename == "手引(架空).pdf"


def test_a_refused_file_is_said_and_the_text_stays(person, watch):
    """Seen to fail without `unfinished` in `Composer.filesThrough`: the text went without its file."""
    watch.tolerated = ("422",)
    officer = person("officer")
    ask(officer, first_room(officer), "だめなファイルの確認")
    live(officer)
    officer.locator("#composer textarea").fill("大事な文章")
    officer.locator("#message-file").set_input_files([{"name": "危険.exe", "mimeType": "x", "buffer": b"MZ\0\0"}])
    expect(officer.locator("#composer .tray__fault")).to_contain_text("添付できません")
    officer.locator("#composer [value=send]").click()
    expect(officer.locator("#composer [data-slot=error]")).to_contain_text("もう一度送信するか、添付から外してください")
    assert officer.locator("#composer textarea").input_value() == "大事な文章"
    officer.locator("[data-tray-remove]").click()
    officer.locator("#composer [value=send]").click()
    expect(officer.locator(".message", has_text="大事な文章")).to_have_count(1)


def test_without_javascript_a_form_sends_text_and_files_together(person):
    """Seen to fail without `files.with_command` in `open_` in hub/threads/routes.py: the text came without its
    files."""
    officer = person("officer")
    room = first_room(officer)
    plain = person("officer", java_script_enabled=False)
    plain.goto(f"/rooms/{room}/ask")
    plain.locator("textarea").fill("JavaScriptなしの相談")
    plain.locator("#thread-file").set_input_files([paper("別紙.pdf"), picture("図.png")])
    plain.locator("[value=send]").click()
    expect(plain.locator(".attachment__name:visible")).to_have_text(["別紙.pdf", "図.png"])


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_files_dropped_on_the_form_of_a_case_become_its_documents(person, watch, viewport):
    """Seen to fail without `add` at the drop in static/js/files/tray.js, without `save` in `Autosave.flush` (what was
    written last was lost) and without `tray.holds` in static/js/library/documents.js (the form went without its
    file)."""
    watch.tolerated = ("ERR_FAILED",)
    officer = person("officer", viewport=viewport)
    officer.goto("/cases/new")
    officer.locator("[name=title]").fill(f"資料のある取組(架空) {viewport['width']}")
    officer.locator("[name=summary]").fill("架空の取組の要約です。")
    press(officer, "/cases/new")
    officer.wait_for_url("**/edit?step=1")
    form = officer.url.partition("?")[0] + "?step=5"
    officer.goto(form)
    live(officer)
    rows = officer.locator("[data-documents] tbody tr")
    officer.locator("[name=documents-0-url]").fill("https://example.jp/shiyousho")
    officer.locator("#documents-file").set_input_files([paper("要綱.pdf")])
    hand(officer, "drop", "落とした.pdf", onto="[name=lessons]")
    hand(officer, "paste", "貼った.pdf", onto="[name=lessons]")
    expect(rows.locator("[name$=-attachment_id]")).to_have_count(3)
    assert officer.locator("[name=documents-0-name]").input_value() == ""
    expect(rows).to_have_count(4)  # three were free, one of them with a link: one was added
    expect(officer.locator("[data-slot=autosave]")).to_have_attribute("data-state", "saved")
    officer.locator("#field-next").fill("書いてすぐ離れたページ")

    officer.goto("/cases")  # without a button pressed, before any pause
    officer.goto(form)
    expect(officer.locator("#field-next")).to_have_value("書いてすぐ離れたページ")
    expect(rows.locator("[name$=-attachment_id]")).to_have_count(3)
    rows.locator("[name$=-attachment_id]").first.uncheck()
    officer.locator("[data-documents] [data-add-row]").click()
    assert officer.evaluate("document.activeElement.name") == f"documents-{rows.count() - 1}-name"
    officer.route("**/attachments", lambda route: route.abort())
    officer.locator("#documents-file").set_input_files([paper("網が切れた.pdf")])
    officer.locator("[value=show]").click()
    expect(officer.locator("[data-slot=tray-error]")).to_contain_text("もう一度送信するか、添付から外してください")
    officer.unroute("**/attachments")
    officer.locator("[data-tray-retry]").click()
    expect(rows.locator("[name$=-attachment_id]:checked")).to_have_count(3)
    officer.locator("[value=show]").click()
    officer.wait_for_url("**/cases/*?version=*")
    expect(officer.locator("main a[href^='/attachments/']")).to_have_count(3)


COPY = """
    async ({ plain, html, picture }) => {
      const parts = {};
      if (plain) parts['text/plain'] = new Blob([plain], { type: 'text/plain' });
      if (html) parts['text/html'] = new Blob([html], { type: 'text/html' });
      if (picture) {
        const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 20 });
        canvas.getContext('2d').fillRect(0, 0, 40, 20);
        parts['image/png'] = await new Promise((done) => canvas.toBlob(done, 'image/png'));
      }
      await navigator.clipboard.write([new ClipboardItem(parts)]);
    }
"""
SHEET = "<html><body><table><tr><td>項目</td><td>件数</td></tr><tr><td>申請</td><td>12</td></tr></table></body></html>"


def paste(page: Page, **clipboard: object) -> str:
    """What the composer's text is after a real paste by keyboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(COPY, {"plain": "", "html": "", "picture": False} | clipboard)
    page.locator("#composer textarea").fill("")
    page.locator("#composer textarea").press("Control+v")
    return page.locator("#composer textarea").input_value()


def test_pasting_from_office_brings_text_tables_and_pictures(person):
    """Seen to fail: the picture of the cells, which Excel puts beside them, became a file and the text was lost."""
    officer = person("officer")
    ask(officer, first_room(officer), "貼り付けの確認")
    live(officer)
    files = officer.locator("#composer .tray__item")
    words = paste(officer, plain="Wordの文章です", html="<p>Wordの文章です</p>", picture=True)
    assert words == "Wordの文章です"
    expect(files).to_have_count(0)
    cells = paste(officer, plain="項目\t件数\n申請\t12", html=SHEET, picture=True)
    assert cells == "| 項目 | 件数 |\n| --- | --- |\n| 申請 | 12 |\n\n"
    expect(files).to_have_count(0)
    officer.locator("#composer textarea").press("Control+z")
    expect(officer.locator("#composer textarea")).to_have_value("")
    assert paste(officer, plain="題\t値", html=f"<p>前書き</p>{SHEET}") == "題\t値"
    assert paste(officer, picture=True) == ""
    expect(files).to_have_count(1)
