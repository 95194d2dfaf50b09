"""A case is born from a consultation; an anonymous edition is made, read by another town, answered and withdrawn."""

import re
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.conftest import BOTH, ask, first_room, live, press

Person = Callable[..., Page]


def message(page: Page, text: str):
    return page.locator(".message", has_text=text)


def write(page: Page, text: str, mark: str = "") -> None:
    if mark:
        page.locator("#composer select[name=mark]").select_option(mark)
    page.locator("#composer textarea").fill(text)
    page.locator("#composer [value=send]").click()
    expect(message(page, text)).to_be_visible()


def mark(page: Page, text: str, kind: str) -> None:
    found = message(page, text)
    button = found.locator(f"[data-action=mark][data-kind={kind}]")
    for _attempt in range(5):  # a message that is drawn anew meanwhile closes its menu
        found.hover()
        if not button.is_visible():
            found.locator("[data-slot=passage-menu] summary").click()
        with suppress(TimeoutError):
            button.click(timeout=3_000)
            break
    expect(found.locator(f"[data-passage={kind}]")).to_be_visible()


def from_menu(page: Page, kind: str, anonymous: str) -> None:
    page.locator("[data-thread-head] details.menu summary").last.click()
    form = page.locator(".menu form", has=page.locator(f"[name=kind][value={kind}]"))
    form.filter(has=page.locator(f"[name=anonymous][value='{anonymous}']")).locator("button").click()
    page.wait_for_url("**/sharings/*")


@BOTH
def test_a_case_is_born_from_a_consultation(person: Person, locale: str, viewport: dict[str, int]) -> None:
    officer, supporter = person("officer", locale=locale, viewport=viewport), person("supporter")
    thread = ask(officer, first_room(officer), f"窓口で30分待たせています {locale}")
    live(officer)
    supporter.goto(f"/threads/{thread}")
    write(live(supporter), "混む時間を数えて、窓口を一つ増やしましょう。費用は12万円です。")
    write(officer, "待ち時間が12分になりました。")
    mark(officer, "窓口で30分", "issue")
    mark(supporter, "混む時間を数えて", "action")
    mark(officer, "待ち時間が12分", "effect")
    expect(message(officer, "混む時間を数えて").locator("[data-passage=action]")).to_be_visible()

    from_menu(officer, "case", "0")
    expect(officer.locator(".going")).to_contain_text("12万円")
    officer.locator("[name=title]").fill(f"窓口の待ち時間を短くした {locale}")
    officer.locator("[name=then][value=case]").click()
    officer.wait_for_url("**/cases/*")
    case = re.sub(r"\?.*", "", officer.url).rsplit("/", 1)[1]
    expect(officer.locator(f"a[href='/threads/{thread}']")).to_be_visible()
    press(officer, "/submit")

    supporter.goto(f"/cases/{case}")
    supporter.locator(".case__work details summary").first.click()
    supporter.locator("[name=comment]").fill("時点を書いてください")
    press(supporter, "/return")
    officer.goto(f"/cases/{case}/edit?step=3")
    officer.locator("[name='effects-0-as_of']").fill("2026年10月")
    officer.locator("form[action$='/edit'] button[name=then]").last.click()
    officer.goto(f"/cases/{case}")
    press(officer, "/submit")

    manager = person("manager", locale=locale, viewport=viewport)
    manager.goto(f"/cases/{case}/outgoing")
    expect(manager.locator(".going")).to_contain_text("12万円")
    manager.goto(f"/cases/{case}")
    press(manager, "/approve")
    manager.locator("details", has=manager.locator("[name=audience]")).locator("summary").click()
    manager.locator("[name=audience]").select_option("members")
    press(manager, "/share")
    supporter.goto(f"/cases/{case}")
    press(supporter, "/publish")

    foreign = person("foreign", locale=locale, viewport=viewport)
    foreign.goto(f"/cases/{case}")
    expect(foreign.locator("main")).to_contain_text("混む時間を数えて")
    expect(foreign.locator(f"a[href='/threads/{thread}']")).to_have_count(0)


@BOTH
def test_an_anonymous_edition_from_the_question_to_the_withdrawal(
    person: Person, locale: str, viewport: dict[str, int]
) -> None:
    officer, supporter = person("officer", locale=locale, viewport=viewport), person("supporter")
    thread = ask(officer, first_room(officer), "前橋市の茂木です。認証サーバー 192.168.10.5 が止まります")
    live(officer)
    expect(officer.locator("[data-help-others]")).to_be_hidden()
    supporter.goto(f"/threads/{thread}")
    write(live(supporter), "再起動の前に、記録を取ってください。", "official")
    question = officer.locator("[data-help-others]")
    expect(question).to_be_visible()

    question.locator("[name=yes][value='1']").click()
    officer.wait_for_url("**/sharings/*")
    sharing = officer.url.rsplit("/", 1)[1]
    first = officer.locator("[name='body-1']")
    expect(first).to_have_value(re.compile("^【団体名】の【氏名】です。"))
    first.fill("認証の仕組みがときどき止まります")
    officer.locator("[name=title]").fill(f"認証が止まるとき {locale}")
    officer.locator("[name=then][value=ask]").click()
    expect(officer.locator(".flash").first).to_be_visible()

    supporter.goto(f"/sharings/{sharing}")
    press(supporter, "/consent")
    edition = supporter.locator(".pill + a, p.cluster a").first.get_attribute("href")

    foreign = person("foreign", locale=locale, viewport=viewport)
    foreign.goto(edition)
    live(foreign)
    expect(message(foreign, "認証の仕組みが")).to_contain_text("ある市町村")
    officer.goto(edition)
    write(live(officer), "そのあとは止まっていません。")
    said = message(foreign, "そのあとは止まっていません。")
    expect(said.locator("[data-slot=author]")).to_have_text("匿名の職員")
    expect(said.locator("[data-slot=organisation]")).to_have_text("ある市町村")
    page = foreign.content()
    assert not [word for word in ("茂木", "192.168.10.5", "小暮", f"/threads/{thread}'") if word in page]

    officer.goto(f"/sharings/{sharing}")
    officer.locator("details", has=officer.locator("form[action$='/withdraw']")).locator("summary").click()
    press(officer, "/withdraw")
    expect(message(foreign, "認証の仕組みが")).to_have_count(0)
    expect(foreign.locator("[data-thread-head] [data-slot=title]")).to_have_text("(取り下げられた共有)")
