"""`python -m bench.light`: what six pages cost on a phone, opened for the first time on slow 4G.

Requests, bytes, first and largest paint, shifts and blocked time in real Chromium, and the score that Lighthouse would
make of them. Lighthouse itself would be a hundred more packages to fetch; its phone and its curves are used
(tests/browser/weight.py). The lowest, middle and highest of a few rounds: on a busy machine the processor, slowed to a
fourth, blocks longer than a phone would."""

import re
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, PEOPLE, enter
from tests.browser.weight import Weight, weigh
from tests.live import Live, copy_of, demo_folder

ROUNDS, MESSAGES = 3, 50
PHONE = {"width": 412, "height": 823}


def main() -> None:
    cache = Path(tempfile.mkdtemp())
    folder = copy_of(demo_folder(cache / "demo"), cache / "instance")
    with Live(folder, HUB_RATE_LIMITS="off") as live, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        paths = paths_of(open_as("supporter", browser, live))
        for name, path in paths.items():
            rounds = [once(name, path, browser, live) for _round in range(ROUNDS)]
            print(f"{name:<9} {line_of(rounds)}", flush=True)
        browser.close()


def once(name: str, path: str, browser: Browser, live: Live) -> Weight:
    page = open_as(None if name == "sign-in" else "supporter", browser, live)
    weight = weigh(page, path, as_phone=True)
    page.context.close()
    return weight


def open_as(who: str | None, browser: Browser, live: Live) -> Page:
    context = browser.new_context(locale="ja-JP", viewport=PHONE, base_url=live.url)  # type: ignore[arg-type]
    if who:
        enter(context, PEOPLE[who])
    return context.new_page()


def paths_of(page: Page) -> dict[str, str]:
    """The pages, among them a thread of fifty messages, which is written first."""
    page.goto("/rooms")
    rooms = page.locator("[data-rooms] [data-kind=support]")
    room = rooms.first.get_attribute("data-room-id")
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    headers = {"X-CSRFToken": token, "Accept": "application/json", "Referer": page.url}
    first = {"kind": "talk", "body": "重さを量るための話題です。", "client_id": "light-0000"}
    thread = page.request.post(f"/rooms/{room}/threads", data=first, headers=headers).json()["data"]["thread_id"]
    for number in range(1, MESSAGES):
        message = {"body": f"{number}番目の投稿です。\n\n- 一つ目\n- 二つ目", "client_id": f"light-{number:04}"}
        assert page.request.post(f"/threads/{thread}/messages", data=message, headers=headers).ok
    page.goto("/cases")
    case = next(iter(re.findall(r'href="(/cases/\d+)"', page.content())))
    pages = {"sign-in": "/login", "home": "/", "room": f"/rooms/{room}", "thread": f"/threads/{thread}"}
    page.context.close()
    return pages | {"cases": "/cases", "case": case}


def line_of(rounds: list[Weight]) -> str:
    scores = sorted(weight.score for weight in rounds)
    middle = rounds[[weight.score for weight in rounds].index(scores[len(scores) // 2])]
    moments = middle.moments
    return (
        f"score {scores[0]:.0f} / {statistics.median(scores):.0f} / {scores[-1]:.0f}; {middle.bytes / 1000:.0f} KB, "
        f"{middle.scripts_and_styles} scripts and styles of {sum(middle.by_kind.values())} requests; "
        f"first paint {moments['fcp']:.0f} ms, largest {moments['lcp']:.0f} ms, blocked {moments['tbt']:.0f} ms, "
        f"shift {moments['cls']:.3f}"
    )


if __name__ == "__main__":
    main()
