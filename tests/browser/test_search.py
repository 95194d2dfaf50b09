"""Searching as people do it: the page, the quick finder by keyboard, and answers before asking."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.clean import NARROW, OWN_STYLE, faults_of
from tests.browser.conftest import PHONE, WIDE, ask, first_room


@pytest.mark.parametrize("viewport", [WIDE, PHONE, NARROW], ids=["1280", "390", "320"])
def test_the_page_finds_and_is_clean(person, watch, viewport):
    watch.tolerated = (OWN_STYLE,)
    page = person("officer", viewport=viewport)
    page.goto("/search?q=電子申請")
    expect(page.locator(".hit mark").first).to_contain_text("電子申請")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert faults_of(page) == []


def test_the_finder_opens_by_key_and_leads_by_arrow_and_enter(person, watch):
    page = person("officer")
    page.goto("/rooms")
    page.keyboard.press("Control+k")
    page.fill("#finder-field", "窓口改革")
    expect(page.locator("[role=option]").first).to_contain_text("窓口改革")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/rooms/\d+"))


def test_the_finder_calls_the_nearest_nearest(person, watch):
    """Seen to fail without the notes in static/js/search/finder.js."""
    page = person("officer")
    page.goto("/rooms")
    page.keyboard.press("Control+k")
    page.fill("#finder-field", "電子申請 ブロックチェーン")
    expect(page.locator("#finder .finder__note").first).to_contain_text("該当なし")
    expect(page.get_by_role("group", name="近いもの")).to_be_visible()
    expect(page.locator("#finder .finder__option mark").first).to_contain_text("電子")
    page.fill("#finder-field", "電子申請")
    expect(page.get_by_role("group", name="検索結果")).to_be_visible()
    expect(page.locator("#finder .finder__note")).to_have_count(0)


def test_the_finder_opens_by_slash_shows_what_was_read_last_and_is_clean(person, watch):
    """Seen to fail with the key told to nobody, and with the last read left out."""
    watch.tolerated = (OWN_STYLE,)
    page = person("officer")
    ask(page, first_room(page), "いま書いたことがすばやく探せるか")
    page.goto("/cases")
    page.keyboard.press("/")
    expect(page.locator("#finder-field")).to_be_focused()
    recent = page.locator(".finder__group", has_text="最近のやりとり")
    expect(recent.locator("[role=option]").first).to_contain_text("いま書いたことがすばやく探せるか")
    assert faults_of(page) == []
    page.fill("#finder-field", "鈴木のいない村")
    expect(page.locator("#finder [data-slot=status]")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#finder-list")).to_be_hidden()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1280", "390"])
def test_the_field_in_the_header_leads_back_to_where_one_wrote(person, watch, viewport):
    """Seen to fail without `cameFrom` in static/js/search/finder.js."""
    page = person("officer", viewport=viewport)
    page.goto(f"/threads/{ask(page, first_room(page), 'ここへ戻ってくる')}")
    page.locator("#composer textarea").fill("書きかけ")
    page.keyboard.press("Control+k")
    expect(page.locator("#finder-field")).to_be_focused()
    expect(page.locator("#finder-list")).to_be_visible()
    box = page.locator("#finder .finder__panel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= viewport["width"]
    page.keyboard.press("Escape")
    expect(page.locator("#finder-list")).to_be_hidden()
    expect(page.locator("#composer textarea")).to_be_focused()
    expect(page.locator("#composer textarea")).to_have_value("書きかけ")


def test_who_passes_the_field_with_tab_is_shown_and_told_nothing(person, watch):
    """Seen to fail with the list opened by the focus alone."""
    page = person("officer")
    page.goto("/cases")
    field = page.locator("#finder-field")
    page.locator("[data-inbox]").focus()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#finder-list")).to_be_hidden()
    expect(page.locator("#finder [data-slot=status]")).to_be_empty()
    page.keyboard.type("電子申請")
    expect(page.locator("#finder-list [role=option]").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#finder-list")).to_be_hidden()


def test_the_field_in_the_header_searches_without_javascript(person, watch):
    page = person("officer", java_script_enabled=False)
    page.goto("/cases")
    page.fill("#finder-field", "電子申請")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search\\?q="))
    expect(page.locator(".hit").first).to_be_visible()


def test_a_search_is_narrowed_sorted_kept_and_dropped(person, watch):
    """Seen to fail with a facet's link that says another part, and with an order that is forgotten by the next page."""
    page = person("officer")
    page.goto("/search?q=電子申請")
    facet = page.locator(".results__side .shelf__facet li").first
    count = int(facet.locator(".shelf__count").inner_text().replace(",", ""))
    facet.locator("a").click()
    expect(page.locator("#found")).to_have_text(f"{count}件")
    page.goto("/search?q=電子申請")
    page.locator("#search-order").select_option("new")
    page.locator("form.search button").click()
    expect(page.locator("#search-order")).to_have_value("new")
    page.locator("[rel=next]").click()
    expect(page.locator("#search-order")).to_have_value("new")
    page.goto("/search?q=電子申請 種類:相談")
    page.get_by_role("button", name="この検索条件を保存する").click()
    kept = page.locator(".results__saved li", has_text="電子申請 種類:相談")
    expect(kept).to_be_visible()
    page.goto("/search")
    kept.locator("button").first.click()
    expect(page.locator("#search-field")).to_have_value("電子申請 種類:相談")
    kept.get_by_role("button", name="を削除する").click()
    expect(kept).to_have_count(0)


def test_what_nothing_fits_is_said_and_the_nearest_is_labelled(person, watch):
    page = person("officer")
    page.goto("/search?q=電子申請 そろばん教室の月謝")
    expect(page.locator("#found")).to_have_text("該当なし")
    expect(page.get_by_text("近いものを表示しています。").first).to_be_visible()
    expect(page.locator(".hit").first).to_be_visible()
    page.goto("/search?q=マイナンパーカード")
    expect(page.locator(".flash", has_text="マイナンバーカード")).to_be_visible()


def test_a_group_of_synonyms_is_tried_before_it_is_kept(person, watch):
    """Seen to fail with a preview that keeps what it tries."""
    watch.tolerated = (OWN_STYLE,)
    page = person("lead")
    page.goto("/search/synonyms")
    page.locator("[name=words]").fill("ぴかぴか申請、電子申請")
    page.get_by_role("button", name="検索結果の変化を確認する").first.click()
    effects = page.locator("section[aria-labelledby=effects]")
    cells = effects.locator("tr", has_text="ぴかぴか申請").locator("td")
    expect(cells.nth(0)).to_have_text("0件")
    expect(cells.nth(1)).not_to_have_text("0件")
    assert faults_of(page) == []
    page.goto("/search?q=ぴかぴか申請")
    expect(page.locator("#found")).to_have_text("該当なし")
    page.goto("/search/synonyms")
    page.locator("[name=words]").fill("ぴかぴか申請、電子申請")
    page.get_by_role("button", name="保存する").click()
    page.goto("/search?q=ぴかぴか申請")
    expect(page.locator(".hit__via", has_text="電子申請").first).to_be_visible()
    page.goto("/search/synonyms?q=ぴかぴか申請")
    page.get_by_role("button", name="「ぴかぴか申請」のグループを使わない").click()
    expect(effects).to_contain_text("使わない場合の変化")
    assert faults_of(page) == []
    effects.get_by_role("button", name="このグループを使わない").click()
    page.goto("/search?q=ぴかぴか申請")
    expect(page.locator("#found")).to_have_text("該当なし")
