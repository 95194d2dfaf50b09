"""Whose turn it is, and what is promised, changes on a page that stands open, and so does the list behind it."""

from playwright.sync_api import expect

from tests.browser.conftest import WIDE, ask, first_room, live


def test_an_open_page_follows_the_ball(person):
    officer, supporter = person("officer", viewport=WIDE), person("supporter")
    thread = ask(officer, first_room(officer), "次の対応を見ています")
    live(officer)
    turn = officer.locator("[data-turn]")
    expect(turn).to_contain_text("次の対応：県DX担当")
    turn.locator("summary").click()
    expect(turn.locator("li")).to_have_count(1)

    supporter.goto(f"/threads/{thread}")
    supporter.locator("[data-promise] summary").click()
    supporter.locator("[data-promise] [name=due_on]").first.click()
    expect(officer.locator("[data-thread-head] [data-slot=promise]")).to_contain_text("回答予定：")

    supporter.goto(f"/threads/{thread}/turns")
    supporter.get_by_label("外部の名称").fill("架空の事業者")
    supporter.get_by_label("回答の見込みの日").fill("2030-04-01")
    supporter.get_by_label("理由").fill("仕様を確認しています")
    supporter.locator("main .button--primary").click()
    expect(turn.locator("summary")).to_contain_text("外部に確認中：架空の事業者")
    expect(turn.locator("summary")).to_contain_text("2030年4月1日")
    expect(turn.locator("li")).to_have_count(2)
    expect(turn).to_contain_text("仕様を確認しています")

    supporter.locator("#composer textarea").fill("事業者から届きました。こちらをご覧ください。")
    supporter.locator("#composer [value=send]").click()
    expect(turn.locator("summary")).not_to_contain_text("外部に確認中")
    expect(turn.locator("[data-slot=turn-expected]")).to_be_hidden()
    expect(officer.locator("[data-thread-head] [data-slot=promise]")).to_be_hidden()
    expect(turn.locator("li")).to_have_count(3)
