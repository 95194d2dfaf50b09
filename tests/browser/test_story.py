"""The loop that the hub is for, in one go: a consultation becomes a case, which is reviewed, sent back, agreed to and
published; another municipality finds it, asks about it and adopts it with changes; and all of them see it spread."""

import re
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.clean import OWN_STYLE
from tests.browser.conftest import BOTH, ask, first_room, live, message, press, write

Person = Callable[..., Page]


def mark(page: Page, text: str, kind: str) -> None:
    found = message(page, text)
    button = found.locator(f"[data-action=mark][data-kind={kind}]")
    for _attempt in range(10):  # drawn anew it closes its menu, and scrolled away it is not under the mouse any more
        found.hover()
        with suppress(TimeoutError):
            if not button.is_visible():
                found.locator("[data-slot=passage-menu] summary").click(timeout=3_000)
            button.click(timeout=3_000)
            break
    expect(found.locator(f"[data-passage={kind}]")).to_be_visible()


def make_case(officer: Page, title: str) -> str:
    """From the thread to the draft; the number of the case."""
    officer.locator("[data-thread-head] details.menu summary").last.click()
    form = officer.locator(".menu form", has=officer.locator("[name=kind][value=case]"))
    form.filter(has=officer.locator("[name=anonymous][value='0']")).locator("button").click()
    officer.wait_for_url("**/sharings/*")
    expect(officer.locator(".going")).to_contain_text("12万円")
    officer.locator("[name=title]").fill(title)
    officer.locator("[name=then][value=case]").click()
    officer.wait_for_url("**/cases/*")
    return re.sub(r"\?.*", "", officer.url).rsplit("/", 1)[1]


def find(page: Page, title: str, *, narrow: bool) -> None:
    page.goto("/cases?order=near")
    page.locator("main [name=q]").fill(title)
    page.locator(".shelf__bar button").click()
    page.locator(".shelf__title a", has_text=title).click()


@BOTH
def test_from_a_consultation_to_the_next_town(
    person: Person, watch: object, locale: str, viewport: dict[str, int]
) -> None:
    watch.tolerated = (OWN_STYLE,)  # type: ignore[attr-defined]
    look = {"locale": locale, "viewport": viewport}
    officer, supporter, manager, foreign = (
        person(who, **look) for who in ("officer", "supporter", "manager", "foreign")
    )
    # asked and answered
    thread = ask(officer, first_room(officer), f"窓口で30分待たせています {locale}")
    live(officer)
    supporter.goto(f"/threads/{thread}")
    write(live(supporter), "混む時間を数えて、窓口を一つ増やしましょう。費用は12万円です。")
    write(officer, "待ち時間が12分になりました。")
    # a case is born
    mark(officer, "窓口で30分", "issue")
    mark(supporter, "混む時間を数えて", "action")
    mark(officer, "待ち時間が12分", "effect")
    expect(message(officer, "混む時間を数えて").locator("[data-passage=action]")).to_be_visible()
    title = f"窓口の待ち時間を短くした {locale}"
    case = make_case(officer, title)
    expect(officer.locator(f"a[href='/threads/{thread}']")).to_be_visible()
    press(officer, "/submit")
    # sent back, and asked again
    supporter.goto(f"/cases/{case}")
    supporter.locator("details", has=supporter.locator("[name=comment]")).locator("summary").click()
    supporter.locator("[name=comment]").fill("時点を書いてください")
    press(supporter, "/return")
    officer.goto("/")
    officer.locator("main a", has_text=title).click()
    expect(officer.get_by_text("時点を書いてください")).to_be_visible()
    officer.goto(f"/cases/{case}/edit?step=3")
    officer.locator("[name='effects-0-as_of']").fill("2026年10月")
    officer.locator("form[data-autosave] [value=show]").click()
    press(officer, "/submit")
    # the manager agrees to text and readers, the prefecture publishes
    manager.goto("/")
    manager.locator("main a", has_text=title).click()
    manager.locator("form[action$='/approve'] a[href$='/outgoing']").click()
    expect(manager.locator(".going")).to_contain_text("12万円")
    manager.goto(f"/cases/{case}")
    expect(manager.locator("#approve-audience")).to_have_value("members")
    press(manager, "/approve")
    supporter.goto(f"/cases/{case}")
    press(supporter, "/publish")
    # another town finds it and asks
    find(foreign, title, narrow=viewport["width"] < 700)
    expect(foreign.locator("main")).to_contain_text("混む時間を数えて")
    expect(foreign.locator(f"a[href='/threads/{thread}']")).to_have_count(0)
    foreign.locator("a[href$='/ask']").click()
    question = foreign.locator("[data-composer=question]")
    question.locator("textarea").fill("窓口は何人ですか。")
    question.locator("[value=preview]").click()
    expect(question.locator("[data-slot=preview]")).to_contain_text("窓口は何人ですか。")
    question.locator("[value=send]").click()
    foreign.wait_for_url("**/threads/*")
    officer.goto("/inbox")
    expect(officer.locator("[data-entry-id]", has_text="窓口は何人ですか。").first).to_be_visible()
    officer.goto(foreign.url)
    write(live(officer), "三人で回しています。")
    expect(message(foreign, "三人で回しています。")).to_be_visible()
    # and adopts it: two clicks, nothing typed; the change is written afterwards
    foreign.goto(f"/cases/{case}")
    expect(foreign.locator(".case__asking .pill--success")).to_be_visible()
    foreign.locator("#ours > summary").click()
    foreign.locator("#ours button[name=state][value=adapted]").first.click()
    expect(foreign.locator("#ours button[value=adapted]").first).to_have_attribute("aria-current", "true")
    change = "支所にも一つ置いた"
    foreign.locator("#ours [name=changes]").fill(change)
    foreign.locator("#ours .form__actions button").first.click()
    # seen in lineage, tile map, matrix, and the town's own list
    expect(foreign.locator(".lineage__label", has_text="高崎市")).to_be_visible()
    foreign.goto(f"/cases/{case}/spread")
    foreign.locator("a.tile", has_text="高崎市").focus()
    foreign.keyboard.press("Enter")
    expect(foreign.locator("tr:target")).to_contain_text(change)
    supporter.goto(f"/cases/spreading?q={title}")
    row = supporter.locator(".matrix tr", has_text=title)
    row.locator(".matrix__cell.tiles__tile--adapted", has_text="高崎市").click()
    expect(supporter.locator("tr:target")).to_contain_text(change)
    foreign.goto("/cases/spreading")
    expect(foreign.locator("tbody tr", has_text=title)).to_contain_text(change)
