"""What a composer does for whoever writes in it: keys, warnings, thanks; and posts of one person in a row."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, ask, first_room, live, message, write

STORED = re.compile(r"^\d+$")


def asked(page: Page, text: str) -> str:
    thread = ask(page, first_room(page), text)
    live(page)
    return thread


def test_several_posts_of_one_person_have_one_head_also_after_a_reload(person):
    """Seen to fail without `group` in static/js/threads/timeline.js, and without `follows` in the server's page."""
    officer, supporter = person("officer"), person("supporter")
    thread = asked(officer, "続けて書く投稿の確認")
    write(officer, "二つ目です")
    supporter.goto(f"/threads/{thread}")
    write(live(supporter), "県からの回答です")
    write(officer, "三つ目です")
    expect(message(officer, "三つ目です")).to_have_attribute("data-message-id", STORED)
    for _time in ("drawn by the browser", "made by the server"):
        expect(message(officer, "二つ目です")).to_contain_class("message--follows")
        for text in ("続けて書く", "県からの回答", "三つ目です"):
            expect(message(officer, text)).not_to_contain_class("message--follows")
        assert message(officer, "二つ目です").locator(".message__author").bounding_box()["width"] <= 1
        officer.reload()
        live(officer)


def test_the_arrow_up_edits_the_last_post_and_the_composer_makes_room(person):
    officer = person("officer")
    asked(officer, "矢印で直す投稿の確認")
    write(officer, "直す前の文章")
    expect(message(officer, "直す前の文章")).to_have_attribute("data-message-id", STORED)
    officer.locator("#composer textarea").press("ArrowUp")
    form = message(officer, "").last.locator("form[data-editing]")
    expect(form.locator("textarea")).to_be_focused()
    expect(form.locator("textarea")).to_have_value("直す前の文章")
    expect(officer.locator("#composer")).to_be_hidden()
    form.locator("textarea").fill("直した後の文章")
    form.locator("textarea").press("Control+Enter")
    expect(message(officer, "直した後の文章").locator("[data-slot=edited]")).to_be_visible()
    expect(officer.locator("#composer")).to_be_visible()


def test_enter_sends_only_for_whoever_wishes_so(person):
    officer = person("officer")
    asked(officer, "Enterの確認")
    area, keys = officer.locator("#composer textarea"), officer.keyboard
    area.fill("一行目")
    area.press("Enter")
    expect(area).to_have_value("一行目\n")
    area.fill("")
    keys.press("Escape")
    keys.press("?")
    officer.locator("[data-enter-sends]").check()
    keys.press("Escape")
    area.fill("二行の")
    area.press("Shift+Enter")
    area.press_sequentially("文章です")
    expect(area).to_have_value("二行の\n文章です")
    area.press("Enter")
    expect(message(officer, "文章です")).to_have_count(1)
    expect(area).to_have_value("")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_a_warning_says_what_the_button_does_and_marks_the_passage(person, viewport):
    officer = person("officer", viewport=viewport)
    asked(officer, "警告の印の確認")
    area, send = officer.locator("#composer textarea"), officer.locator("#composer [value=send]")
    area.fill("電話は 090-1234-5678 です")
    send.click()
    expect(send).to_have_text("確認して、このまま送信する")
    expect(send).to_be_in_viewport()
    expect(officer.locator("#composer mark")).to_have_text("090-1234-5678")
    area.fill("電話は控えます")
    expect(send).to_have_text("送信")
    expect(officer.locator("#composer mark")).to_have_count(0)


def test_short_thanks_are_taken_for_such_and_one_press_changes_it(person):
    officer, supporter = person("officer"), person("supporter")
    thread = asked(officer, "お礼の確認")
    supporter.goto(f"/threads/{thread}")
    write(live(supporter), "こうしてください。")
    state = officer.locator("[data-thread-head] [data-slot=state]")
    expect(state).to_have_class("pill pill--info")
    settled = officer.locator("#composer [name=settled][value='1']")
    officer.locator("#composer textarea").fill("ありがとうございます。助かりました。")
    expect(settled).to_be_checked()
    officer.locator("#composer textarea").fill("ありがとうございます。費用はいくらですか。")
    expect(settled).not_to_be_checked()
    officer.locator("#composer textarea").fill("ありがとうございます。別の質問です。")
    officer.locator("#composer [name=settled][value='0']").check()
    officer.reload()  # what was chosen by hand is kept with the text, and no guess changes it
    live(officer)
    officer.locator("#composer textarea").press("End")
    officer.locator("#composer textarea").type("。")
    expect(settled).not_to_be_checked()
    officer.locator("#composer [name=settled][value='1']").check()
    officer.locator("#composer textarea").fill("ありがとうございます。")
    officer.locator("#composer [value=send]").click()
    expect(message(supporter, "ありがとうございます。")).to_be_visible()
    expect(state).to_have_class("pill pill--info")


def test_a_reaction_is_one_click(person):
    officer, supporter = person("officer"), person("supporter")
    thread = asked(officer, "リアクションの確認")
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    own = message(supporter, "リアクションの確認")
    own.hover()
    own.locator(".message__quick [data-emoji='👍']").click()
    expect(message(officer, "リアクションの確認").locator(".reactions [data-slot=number]")).to_have_text("1")


def test_pictures_open_in_place_and_the_arrow_keys_go_on(person):
    officer = person("officer")
    asked(officer, "画像を見る確認")
    for name in ("一枚目.png", "二枚目.png"):
        picture = {"name": name, "mimeType": "image/png", "buffer": officer.screenshot()}
        officer.locator("#composer [data-choose]").set_input_files([picture])
        expect(officer.locator("#composer .tray__item input[type=hidden]")).to_have_count(1)
        write(officer, f"写真です {name}")
    links, viewer = officer.locator(".attachment__picture:visible"), officer.locator("#viewer")
    expect(links).to_have_count(2)
    links.first.click()
    expect(viewer).to_be_visible()
    expect(viewer.locator("[data-slot=name]")).to_have_text("一枚目.png")
    expect(viewer.locator("img")).to_have_js_property("complete", True)
    officer.keyboard.press("ArrowRight")
    expect(viewer.locator("[data-slot=name]")).to_have_text("二枚目.png")
    expect(viewer.locator("[data-step='1']")).to_be_disabled()
    officer.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(links.nth(1)).to_be_focused()
