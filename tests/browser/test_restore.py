"""An older backup is put back under the eyes of two people: both pages begin anew by themselves, and nothing that was
being written is lost."""

from playwright.sync_api import expect

from tests.browser.conftest import ask, first_room, live, message, write
from tests.browser.test_resilience import LOST, composer


def test_pages_begin_anew_after_a_restore_and_the_draft_is_there(person, watch, server, tmp_path):
    """Seen to fail without a new epoch (the pages went on with what is no longer there)."""
    watch.tolerated = LOST
    officer, supporter, file = person("officer"), person("supporter"), tmp_path / "hub.backup"
    thread = ask(officer, first_room(officer), "控えの前の相談")
    live(officer)
    supporter.goto(f"/threads/{thread}")
    write(live(supporter), "控えの前の回答")
    expect(message(officer, "控えの前の回答")).to_be_visible()  # so it is stored, not only drawn
    server.run("backup", str(file))
    write(supporter, "控えのあとの回答")
    expect(message(officer, "控えのあとの回答")).to_be_visible()
    composer(officer).fill("書きかけのお礼")
    server.kill()
    expect(officer.locator("#hub-connection")).not_to_have_attribute("data-status", "live")
    composer(supporter).fill("停止中に書いた回答")
    supporter.locator("#composer [value=send]").click()
    server.run("restore", str(file), "--yes")
    server.start()
    for page in (officer, supporter):
        expect(message(page, "停止中に書いた回答")).to_be_visible()
        expect(message(page, "控えのあとの回答")).to_have_count(0)
        expect(message(page, "控えの前の回答")).to_have_count(1)
        expect(page.locator(".message--pending")).to_have_count(0)
    expect(composer(officer)).to_have_value("書きかけのお礼")
    write(live(officer), "新しい控えから続ける")
    expect(message(supporter, "新しい控えから続ける")).to_have_count(1)
