"""axe finds nothing on any page, in both languages, wide and narrow; nothing has to be scrolled sideways at 320 px."""

from pathlib import Path

import pytest

from tests.browser.conftest import PHONE, WIDE, ask, first_room

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
JSON = {"Accept": "application/json"}


def pages_of(page, who: str) -> list[str]:
    if who is None:
        return ["/login", "/nowhere"]
    common = ["/", "/rooms", "/inbox", "/profile", "/sign-ins", "/nowhere"]
    if who == "admin":
        people = ["/admin/people", "/admin/people/new", "/admin/people/1", "/admin/organisations/2"]
        return [*common, *people, "/admin/organisations", "/admin/duties", "/admin/audit", "/rooms/1/read-with-reason"]
    if who == "shared":
        return [*common, "/writer-name"]
    room = first_room(page)
    found = page.request.get(f"/rooms/{room}", headers=JSON).json()["threads"]
    thread = found[0]["thread_id"]
    mine = ["", "/head", "/print"] + (["/move"] if who == "supporter" else [])
    rooms = [f"/rooms/{room}", f"/rooms/{room}?q=zzz", f"/rooms/{room}/ask"]
    more = {
        "officer": own_message(page, room),
        "supporter": ["/rooms/new", f"/rooms/{room}/settings", *of_a_circle(page)],
        "manager": ["/admin/people", f"/rooms/{room}/export"],
    }
    return common + rooms + [f"/threads/{thread}{part}" for part in mine] + more.get(who, [])


def own_message(page, room: str) -> list[str]:
    """The pages of a message that the person wrote just now, after one edit."""
    thread = ask(page, room, "自分の投稿のページを見る")
    message = page.locator(".message").get_attribute("data-message-id")
    page.goto(f"/messages/{message}/edit")
    page.locator("main [name=body]").fill("自分の投稿のページを見ます")
    page.locator("main form button").first.click()
    page.wait_for_url(f"**/threads/{thread}**")
    return [f"/messages/{message}{part}" for part in ("/edit", "/delete", "/history")]


def of_a_circle(page) -> list[str]:
    circle = first_room(page, "circle")
    found = page.request.get(f"/rooms/{circle}", headers=JSON).json()["threads"]
    notices = [t["thread_id"] for t in found if t["kind"] == "notice"]
    return [f"/rooms/{circle}/settings", *(f"/threads/{id_}/acknowledgements" for id_ in notices[:1])]


@pytest.mark.parametrize("who", [None, "officer", "manager", "supporter", "admin", "shared"])
@pytest.mark.parametrize(("locale", "viewport"), [("ja-JP", WIDE), ("en-GB", PHONE)], ids=["ja-1280", "en-390"])
def test_axe_finds_nothing(person, watch, who, locale, viewport):
    watch.tolerated = ("404", "violates the following Content Security Policy directive 'style-src")  # axe's own style
    page = person(who, locale=locale, viewport=viewport)
    found = []
    for path in pages_of(page, who):
        page.goto(path)
        page.evaluate(AXE)
        result = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        found += [f"{path}: {v['id']} {v['nodes'][0]['target']}" for v in result["violations"]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("who", [None, "officer", "manager", "supporter", "admin", "shared"])
def test_nothing_sticks_out_at_320_px(person, watch, who):
    watch.tolerated = ("404",)
    page = person(who, viewport=NARROW)
    wide = {}
    for path in pages_of(page, who):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide[path] = width
    assert wide == {}
