"""`python -m docs.pictures [NAME…]` makes the pictures of README and guides, or those named, from a demo server.
Everybody there is invented."""

import sqlite3
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.live import Live

IMAGES = Path(__file__).parent / "images"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 780}
PASSWORD = "demo-hub-2026"  # noqa: S105 - of invented people
QUESTION = "電子申請のフォームの文言は、だれが直せるようにするのがよいでしょうか"
ASKED = "numata-python-rpa"  # a case about which somebody has asked
OFFICER, SUPPORTER, MANAGER = "mogi@maebashi.example.jp", "kogure@pref.example.jp", "hagiwara@maebashi.example.jp"


def sign_in(page: Page, email: str) -> None:
    page.goto("/login?next=/rooms")
    form = page.locator("form.card")
    form.locator("[name=email]").fill(email)
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button").click()
    page.wait_for_selector("[data-rooms]")


def thread_titled(page: Page, title: str) -> str:
    """The address of the thread whose title begins so; what is newest differs from day to day, the titles do not."""
    json = {"Accept": "application/json"}
    for room in page.request.get("/rooms", headers=json).json()["rooms"]:
        threads = page.request.get(f"/rooms/{room['room_id']}", headers=json).json()["threads"]
        for thread in threads:
            if thread["title"].startswith(title):
                return f"/threads/{thread['thread_id']}"
    raise LookupError(title)


def compress(path: Path) -> None:
    """A palette is enough for pages: a third of the size, and no difference to be seen."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    only = set(sys.argv[1:])
    live = Live(Path(tempfile.mkdtemp()))
    live.run("demo", "load")
    with live, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])

        def case_with(key: str) -> str:
            with sqlite3.connect(live.folder / "hub.sqlite3") as store:
                found = store.execute("SELECT id FROM cases WHERE source_key = ?", [key]).fetchone()
            return f"/cases/{found[0]}"

        def take(name: str, who: str, path: str, viewport: dict[str, int], query: str = "", typed: str = "") -> None:
            if only and name not in only:
                return
            context = chromium.new_context(base_url=live.url, locale="ja-JP", viewport=viewport)
            page = context.new_page()
            sign_in(page, who)
            page.goto(path if path.startswith("/") else thread_titled(page, path) + query)
            if page.query_selector("#hub-connection"):
                page.wait_for_selector("#hub-connection[data-status=live]")
            if typed:
                page.locator("textarea[name=body]").fill(typed)
                page.locator(".suggestion").first.wait_for()
                page.locator("textarea[name=body]").evaluate("area => area.scrollIntoView()")
            page.wait_for_timeout(500)
            page.screenshot(path=str(IMAGES / f"{name}.png"))
            compress(IMAGES / f"{name}.png")
            context.close()

        take("home-supporter", SUPPORTER, "/", WIDE)
        take("thread", SUPPORTER, "書かない窓口、最初に何を調べればよいでしょうか", WIDE)
        take("notice", SUPPORTER, "不審なメールを見分ける一枚紙を更新しました", WIDE)
        take("home-officer", OFFICER, "/", WIDE)
        take("ask-phone", OFFICER, "/rooms/1/ask", PHONE)
        take("files", OFFICER, "窓口体験をしました", WIDE, "?at=1")
        take("thread-phone", OFFICER, "申請フォームの文言を、誰が直せるようにするか", PHONE)
        take("sharing", "nishimura@kakuu-e.example.jp", "/sharings/2", WIDE)
        take("edition", OFFICER, "訓練の配信を、登録者全員に送ってしまったときにしたこと", WIDE)
        take("people", MANAGER, "/admin/people", WIDE)
        take("cases-list", OFFICER, "/cases?order=near", WIDE)
        take("cases-phone", OFFICER, "/cases?order=near", PHONE)
        take("case-page", OFFICER, case_with(ASKED), WIDE)
        take("case-questions", OFFICER, case_with(ASKED) + "#asking", WIDE)
        take("bases", SUPPORTER, "/cases/bases", WIDE)
        take("spread-map", OFFICER, case_with("kitami-kakanai-madoguchi") + "/spread", WIDE)
        take("spread-matrix", SUPPORTER, "/cases/spreading", WIDE)
        take("search", OFFICER, "/search?q=引っ越し 手続き", WIDE)
        take("suggestions", OFFICER, "/rooms/1/ask", WIDE, typed=QUESTION)
        take("adopt-phone", OFFICER, case_with("zama-line-tetsuzuki") + "?ours=1#ours", PHONE)
        chromium.close()


if __name__ == "__main__":
    main()
