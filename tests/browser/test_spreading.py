"""横展開 between two bodies: proposed, confirmed, taken further, thanked. Both languages and widths."""

from playwright.sync_api import Page, expect

from tests.browser.clean import OWN_STYLE, faults_of
from tests.browser.conftest import BOTH, live

CASES = {"ja-JP": "渋Pay", "en-GB": "Pythonへの切替え"}  # of 渋川市 and 沼田市, whose officers answer
OWNERS = {"ja-JP": "author_shibukawa", "en-GB": "author_numata"}


def find(page: Page, words: str) -> str:
    page.goto(f"/cases?q={words}")
    return str(page.locator(".shelf__title a").first.get_attribute("href"))


@BOTH
def test_a_practice_spreads(person, watch, locale, viewport):
    watch.tolerated = (OWN_STYLE,)
    supporter, officer, owner = (
        person(who, locale=locale, viewport=viewport) for who in ("supporter", "foreign", OWNERS[locale])
    )
    case = find(officer, CASES[locale])

    supporter.goto(case)
    supporter.locator("#ours > summary").click()
    supporter.locator("#ours [name=organisation_id]").select_option("高崎市")
    supporter.locator("#ours [name=state]").select_option("considering")
    supporter.locator("#ours [name=reason]").fill("打合せで話が出たため")
    supporter.locator("#ours button").click()
    owner.goto("/inbox")
    known = int(live(owner).locator("[data-inbox] .count").text_content() or 0)
    officer.goto("/inbox")
    proposal = officer.locator(".news__item", has_text="打合せで話が出たため")
    expect(proposal).to_be_visible()
    proposal.locator("button[value='1']").click()
    expect(officer.locator("#ours")).to_have_attribute("open", "")
    expect(owner.locator("[data-inbox] .count")).to_have_text(str(known + 1))  # told while the page stays open

    officer.locator("#ours button[name=state][value=adapted]").first.click()
    officer.locator("#ours [name=changes]").fill("市の地域に合わせて二つに分けた")
    officer.locator("#ours .form__actions button").first.click()
    officer.locator(".checklist input[type=checkbox]").first.check()
    officer.locator(".checklist button").click()
    expect(officer.locator(".checklist input[type=checkbox]").first).to_be_checked()

    owner.goto("/inbox")
    news = owner.locator(".news__item", has_text="市の地域に合わせて二つに分けた")
    news.locator("[name=thanks]").fill("取り入れてくださりありがとうございます")
    news.locator("button[value='1']").click()
    expect(owner.locator(".news__item", has_text="市の地域に合わせて二つに分けた")).to_have_count(0)
    officer.goto("/")
    thanks = officer.locator(".news__item", has_text="取り入れてくださりありがとうございます")
    expect(thanks).to_be_visible()
    thanks.locator("button").click()
    expect(officer.locator(".news__item", has_text="取り入れてくださり")).to_have_count(0)

    look(officer, [f"{case}?ours=1", f"{case}/spread", "/cases/spreading", "/inbox"])
    look(supporter, ["/cases/spreading", "/cases/spreading/checklists", "/cases/import"])


def look(page: Page, paths: list[str]) -> None:
    for path in paths:
        page.goto(path)
        assert faults_of(page) == [], path
