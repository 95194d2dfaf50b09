"""An anonymous edition is made, read by another town, answered and withdrawn."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import BOTH, ask, first_room, live, message, press, write

Person = Callable[..., Page]


# The page without the rows of other rooms and threads, whose last writer may be anybody.
OWN = """
    () => {
        const copy = document.documentElement.cloneNode(true);
        const others = '.room-item:not(.room-item--current), .thread-list > :not(:has([aria-current]))';
        for (const row of copy.querySelectorAll(others)) row.remove();
        return copy.outerHTML;
    }
"""


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
    expect(officer.locator("[data-thread-head] [data-slot=state]")).to_have_class("pill pill--info")
    expect(question).to_be_hidden()
    officer.locator(".thread-head summary", has_text=re.compile("状態を変更|Change status")).click()
    solved = officer.locator("[name=closed_as][value=solved]")
    officer.locator(".thread-head form", has=solved).locator("button").click()
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
    page = foreign.evaluate(OWN)
    assert not [word for word in ("茂木", "192.168.10.5", "小暮", f"/threads/{thread}'") if word in page]

    officer.goto(f"/sharings/{sharing}")
    officer.locator("details", has=officer.locator("form[action$='/withdraw']")).locator("summary").click()
    press(officer, "/withdraw")
    expect(message(foreign, "認証の仕組みが")).to_have_count(0)
    expect(foreign.locator("[data-thread-head] [data-slot=title]")).to_have_text("（取り下げられた共有）")
