"""From the last letter to what is shown: `python -m bench.suggestion_pause`, under tests/services.py on PostgreSQL.

A real page in Chromium, a real server with the demo's data. The page's own clock: from the input event after which
nobody types any more to the frame after the list has changed.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.consultations import Writer
from docs.pictures import OFFICER, QUESTION, sign_in
from tests.live import Live
from tests.server.conftest import fresh_database

ASKED = 60
WATCH = """() => {
  window.took = [];
  let typed = 0;
  document.querySelector('textarea[name=body]').addEventListener('input', () => { typed = performance.now(); });
  const list = document.querySelector('[data-suggestions] [data-slot=list]');
  new MutationObserver(() => requestAnimationFrame(() => window.took.push(performance.now() - typed)))
    .observe(list, { childList: true });
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, fresh_database() as settings, sync_playwright() as playwright:
        live = Live(Path(folder), HUB_RATE_LIMITS="off", **settings)
        live.run("demo", "load")
        live.run("search", "rebuild")
        with live:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_context(base_url=live.url, locale="ja-JP", bypass_csp=True).new_page()
            sign_in(page, OFFICER)
            took = sorted(typed(page))
            browser.close()
    p95 = took[int(len(took) * 0.95)]
    print(
        f"pause to suggestions: p50 {statistics.median(took):.0f}  p95 {p95:.0f} ms, {len(took)} of {ASKED} questions"
    )


def typed(page: Page) -> list[float]:
    page.goto("/rooms?order=name")
    page.goto(f"/rooms/{page.locator('[data-rooms] [data-kind=support]').first.get_attribute('data-room-id')}/ask")
    page.wait_for_selector("#hub-connection[data-status=live]")
    page.evaluate(WATCH)
    writer, body = Writer(), page.locator("textarea[name=body]")
    for number in range(ASKED):
        body.fill(f"{QUESTION}。{writer.text(1)}")
        page.wait_for_function("n => window.took.length > n", arg=number, timeout=10_000)
        page.wait_for_timeout(100)
    return [float(ms) for ms in page.evaluate("window.took")]


if __name__ == "__main__":
    main()
