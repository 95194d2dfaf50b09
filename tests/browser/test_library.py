"""A case is written, sent back and published; another town finds it, asks about it and comes to see it. On paper it
keeps to its pages."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, sign_in

AUTHOR, BOSS = "murakami@kakuu-a.example.jp", "aoki@kakuu-a.example.jp"  # 架空町A
LONG = "とても長い説明の文が続きます。" * 260


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def begin(page: Page, title: str) -> str:
    """A new draft; the address of its page."""
    page.goto("/cases/new")
    page.locator("[name=title]").fill(title)
    page.locator("[name=summary]").fill("架空の取組の要約です。")
    press(page, "下書きを作る")
    page.wait_for_url("**/edit?step=1")
    return page.url.partition("/edit")[0]


def test_from_the_first_line_to_the_visit(person):
    author, supporter = person(None), person("supporter")
    sign_in(author, AUTHOR)
    case = begin(author, "窓口の案内を紙1枚にする(架空)")

    author.goto(f"{case}/edit?step=5")
    author.locator("[name=lessons]").fill("自分で保存された学び")
    expect(author.locator("[data-slot=autosave]")).to_have_attribute("data-state", "saved")
    author.goto(f"{case}/edit?step=5")
    expect(author.locator("[name=lessons]")).to_have_value("自分で保存された学び")
    author.locator("[name=lessons]").fill("押して保存した学び")
    press(author, "保存して見る")
    press(author, "確認を依頼する")

    supporter.goto(case)
    supporter.get_by_text("差し戻す").first.click()
    supporter.locator("[name=comment]").fill("財源を書き足してください。")
    supporter.locator("form[action$='/return'] button").click()
    author.goto("/")
    author.get_by_role("link", name="窓口の案内を紙1枚にする(架空)").click()
    expect(author.get_by_text("財源を書き足してください。")).to_be_visible()
    author.goto(f"{case}/edit?step=3")
    author.locator("[name=funding]").fill("町の予算")
    press(author, "保存して見る")
    press(author, "確認を依頼する")

    boss = person(None)
    sign_in(boss, BOSS)
    boss.goto(case)
    press(boss, "この版の公開に同意する")
    supporter.goto(case)
    supporter.locator("details", has_text="公開範囲").locator("summary").click()
    supporter.locator("[name=audience]").select_option("members")
    supporter.locator("form[action$='/share'] button").click()
    press(supporter, "公開する")

    visitor = person("officer", viewport=PHONE)
    visitor.goto("/cases?order=near")
    visitor.locator(".shelf__fold > summary").click()
    visitor.locator("main [name=q]").fill("案内を紙1枚")
    press(visitor, "絞り込む")
    visitor.get_by_role("link", name="窓口の案内を紙1枚にする(架空)").click()
    visitor.locator("a[href$='/ask']").click()
    visitor.locator("form[action$='/questions'] textarea").fill("紙の大きさはA4ですか。")
    press(visitor, "質問を送る")
    visitor.wait_for_url("**/threads/*")
    question = visitor.url
    author.goto("/inbox")
    expect(author.get_by_text("茂木彩さんが事例について質問しました")).to_be_visible()
    author.goto(question)
    author.locator("#composer textarea").fill("A3を二つ折りにしています。")
    author.locator("#composer [value=send]").click()
    expect(visitor.locator(".message", has_text="A3を二つ折り")).to_be_visible()

    visitor.goto(case)
    expect(visitor.get_by_text("回答あり")).to_be_visible()
    visitor.get_by_role("link", name="視察を申し込む").click()
    visitor.locator("[name=purpose]").fill("紙を置いた窓口を見たい。")
    visitor.locator("[name=headcount]").fill("2")
    visitor.locator("[name=first]").fill("2099-05-01")
    press(visitor, "申し込む")
    author.goto("/")
    author.get_by_role("link", name="視察の申込みに返事をする").click()
    author.get_by_role("link", name="窓口の案内を紙1枚にする(架空)").click()
    author.locator("[name=reply]").fill("お待ちしています。")
    press(author, "この日で受ける")
    visitor.reload()
    expect(visitor.get_by_text("お待ちしています。")).to_be_visible()


def pages_of(page: Page, address: str) -> int:
    page.goto(address)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


def test_the_longest_case_keeps_to_two_pages_and_the_mayors_to_one(person):
    author = person(None)
    sign_in(author, AUTHOR)
    case = begin(author, "あ" * 100)
    names = "background approach alternatives cost_note funding team rules training communication difficulties lessons"
    rows = [
        {"metric": "い" * 300, "value": "9" * 300, "unit": "人" * 300, "as_of": "2" * 300, "method": "え" * 300}
    ] * 40
    changes = dict.fromkeys([*names.split(), "next", "ended_reason"], LONG[:4000]) | {
        "summary": "う" * 400,
        "effects": rows,
        "kpis": [{"metric": "お" * 300, "current": "1" * 300}] * 40,
        "milestones": [{"on": "2024", "what": "か" * 300}] * 40,
        "products": [{"name": "き" * 300, "maker": "く" * 300}] * 40,
        "bases": [{"name": "け" * 300}],
        "tags": [f"{'こ' * 290}{n}" for n in range(40)],
        "partners": ["さ" * 300] * 40,
        "sources": ["https://example.jp/" + "s" * 1900] * 40,
        "awards": ["し" * 300] * 40,
    }
    number = case.rsplit("/", 1)[1]
    saved = author.request.post(
        f"/cases/{number}/edit",
        data={"base": 1, "changes": changes},
        headers={"X-CSRFToken": author.locator("meta[name=csrf-token]").get_attribute("content")},
    )
    assert saved.ok, saved.text()
    assert pages_of(author, f"/cases/{number}/print") <= 2
    assert pages_of(author, f"/cases/{number}/leader") == 1
    author.goto("/cases?q=住民票の窓口")
    author.get_by_role("link", name="住民票の窓口を「書かない」に変える(架空)").click()
    whole = author.url
    assert pages_of(author, f"{whole}/print") <= 2
    assert pages_of(author, f"{whole}/leader") == 1
