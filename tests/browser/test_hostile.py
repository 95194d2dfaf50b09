"""X1-X3: the attack corpus through every sink, in a real browser: what the server draws and what scripts draw, in
bodies, titles, summaries, notes, names, previews, excerpts, the page's own JSON, and on paper. Nothing runs."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, first_room, live, options

CORPUS = Path(__file__).resolve().parents[1] / "text/corpus"
ATTACKS = [text for file in sorted(CORPUS.glob("*.json")) for text in json.loads(file.read_text(encoding="utf-8"))]
JSON = {"Accept": "application/json", "Content-Type": "application/json"}

# Every way for a payload to show that it ran; set before any script of the page.
TRAP = """
window.ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = (...a) => ran.push(name + a);
"""
# What may stand in text that people wrote; anything else came through a hole.
FOREIGN = """
() => [...document.querySelectorAll('.prose *')].flatMap((e) => {
  const tags = 'P BR STRONG EM UL OL LI BLOCKQUOTE CODE PRE A SPAN TABLE THEAD TBODY TR TH TD'.split(' ');
  const names = ['href', 'rel', 'class', 'start', 'align'];
  const bad = tags.includes(e.tagName) && e.namespaceURI === 'http://www.w3.org/1999/xhtml' ? [] : [e.outerHTML];
  for (const a of e.attributes) if (!names.includes(a.name)) bad.push(e.outerHTML);
  if (e.hasAttribute('href') && !/^(https?|mailto):$/.test(e.protocol)) bad.push(e.outerHTML);
  return bad;
})
"""


def trapped(person, who: str) -> Page:
    page = person(who)
    page.context.add_init_script(TRAP)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    return page


def post(page: Page, path: str, **fields: str) -> int:
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    answer = page.request.post(path, headers=JSON | {"X-CSRFToken": token or ""}, data=json.dumps(fields))
    return answer.status


def assert_unharmed(page: Page) -> None:
    assert page.evaluate("window.ran") == []
    assert page.evaluate(FOREIGN) == []
    assert page.evaluate("document.title").count("<script") <= 1  # as text it is harmless
    assert page.locator("script:not([src]):not([type='application/json'])").count() == 0


def sendable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return bool(text.strip())


def test_bodies_drawn_by_scripts_and_by_the_server(person):
    writer, reader = trapped(person, "officer"), trapped(person, "supporter")
    thread = ask(writer, first_room(writer), "攻撃の確認")
    reader.goto(f"/threads/{thread}")
    live(reader)
    stored = 0
    for number, attack in enumerate(filter(sendable, ATTACKS)):
        status = post(writer, f"/threads/{thread}/messages", body=attack, client_id=f"attack-{number:05}")
        assert status in (201, 422), attack
        stored += status == 201
    assert stored > 200
    expect(reader.locator(".message")).to_have_count(stored + 1, timeout=60_000)
    assert_unharmed(reader)
    for page in (writer, reader):
        for path in (
            f"/threads/{thread}?limit=200&before={stored + 2}",
            f"/threads/{thread}?limit=200",
            f"/threads/{thread}/print",
        ):
            page.goto(path)
            assert_unharmed(page)


@pytest.mark.parametrize("part", range(2))
def test_titles_summaries_notes_and_names(person, part):
    """Each of every twelfth attack becomes the title, summary and note of one thread, and parts of names."""
    officer, supporter = trapped(person, "officer"), trapped(person, "supporter")
    room = first_room(officer)
    thread = ask(officer, room, "題名の確認")
    supporter.goto(f"/threads/{thread}")
    live(supporter)
    version = 0
    for number, attack in enumerate(filter(sendable, ATTACKS[part::12])):
        line = " ".join(attack.split())[:90]
        assert post(officer, f"/threads/{thread}/head", title=line) in (200, 422)
        token = f"note-{part}-{number:04}"
        assert post(supporter, f"/threads/{thread}/notes", body=attack, client_id=token) in (201, 422)
        version += post_summary(officer, thread, attack, version)
        assert_unharmed(supporter)
    for page in (officer, supporter):
        for path in ("/", "/rooms", f"/rooms/{room}", f"/threads/{thread}", f"/threads/{thread}/head", "/inbox"):
            page.goto(path)
            assert_unharmed(page)


def post_summary(page: Page, thread: str, attack: str, version: int) -> int:
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    body = json.dumps({"body": attack, "summary_version": version})
    answer = page.request.post(f"/threads/{thread}/head", headers=JSON | {"X-CSRFToken": token or ""}, data=body)
    assert answer.status in (200, 422)
    return answer.status == 200


def test_previews_and_display_names(person):
    officer, supporter = trapped(person, "officer"), trapped(person, "supporter")
    room = first_room(officer)
    thread = ask(officer, room, "名前の確認")
    live(officer)
    name = "</script><img src=x onerror=alert(1)>\"'><b>名</b>"
    supporter.goto("/profile")
    supporter.locator("[name=name]").fill(name)
    supporter.locator("main form button").first.click()
    supporter.goto(f"/threads/{thread}")
    assert post(supporter, f"/threads/{thread}/messages", body="名前の中の印", client_id="named-00001") == 201
    expect(officer.locator(".message", has_text="名前の中の印").locator("[data-slot=author]")).to_have_text(name)
    assert_unharmed(officer)
    options(officer)
    for attack in ATTACKS[::10]:
        officer.locator("#composer textarea").fill(attack)
        officer.locator("#composer [value=preview]").click()
    assert_unharmed(officer)
    for page in (officer, supporter):
        for path in (f"/threads/{thread}", f"/threads/{thread}/print", "/rooms", f"/rooms/{room}", "/"):
            page.goto(path)
            assert_unharmed(page)
