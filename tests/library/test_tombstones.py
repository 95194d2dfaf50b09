"""What is left of a withdrawn case: words for those who could read it, and nothing at all for anybody else."""

import pytest
import sqlalchemy as sa

from hub.audiences.models import Audience, Grant
from hub.audiences.services import MEMBERS, ensure_audience, grant
from hub.errors import NotFound
from hub.library.commands import (
    Adopt,
    AskAboutCase,
    Mark,
    PutInCollection,
    SaveCollection,
    ShareCase,
    ShowCollection,
    WithdrawCase,
)
from hub.library.models import Bookmark, Withdrawal
from hub.library.services.adopting import adopt_case, bookmark_case
from hub.library.services.asking import ask_about_case
from hub.library.services.collecting import put_in_collection, save_collection, show_collection
from hub.library.services.published import share_case, withdraw_case
from hub.library.services.workflow import publish_case, submit_case
from hub.people.models import Organisation, Section
from hub.rooms.services import create_circle
from hub.spreading.commands import LinkPredecessor
from hub.spreading.services.descent import link_predecessor
from tests.factories import Browser, World
from tests.library.conftest import Library

SECRET = "山田太郎さんの窓口"
WORDS = "取り下げられた事例"
PAGES = ("", "?version=1", "/versions", "/print", "/print?whole=1", "/leader", "/spread", "/ask", "/visits/new")


@pytest.fixture
def withdrawn(library: Library, world: World) -> int:
    case = library.published(title=SECRET, lessons="人に言えない学び")
    world.write(withdraw_case, "manager", WithdrawCase(case))
    return case


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_those_who_could_not_read_it_find_nothing(library: Library, world: World) -> None:
    case = library.published(title=SECRET)
    world.write(share_case, "manager", ShareCase(case, "town"))
    world.write(withdraw_case, "manager", WithdrawCase(case))
    for who in ("foreign_officer", "bureau", "guest", "admin"):
        browser = world.client(who)
        for page in PAGES:
            here, nowhere = browser.get(f"/cases/{case}{page}"), browser.get(f"/cases/999999{page}")
            assert (here.status_code, main_of(here.text)) == (nowhere.status_code, main_of(nowhere.text)), (who, page)
        assert WORDS not in browser.get(f"/cases/{case}").text


def test_whoever_is_let_in_later_finds_nothing(withdrawn: int, world: World) -> None:
    with world.store.transaction() as session:
        grant(session, ensure_audience(session, MEMBERS), staff=[world.guest])
        body = Organisation(name="中之条町", kind="町", member=True, mail_domains=[])
        session.add(body)
        session.flush()
        grant(session, ensure_audience(session, MEMBERS), organisations=[body.id])
        section = session.scalars(sa.select(Section.id).where(Section.organisation_id == world.foreign_town)).first()
        session.execute(sa.update(Section).where(Section.id == section).values(organisation_id=body.id))
    for who in ("guest", "foreign_officer"):  # who now works for a body that came later
        assert world.client(who).get(f"/cases/{withdrawn}").status_code == 404, who


def test_every_old_address_leads_to_the_words_and_says_no_more(withdrawn: int, world: World) -> None:
    browser = world.client("foreign_officer")
    for page in PAGES:
        answer = browser.get(f"/cases/{withdrawn}{page}")
        assert answer.status_code == 410, page
        assert WORDS in answer.text
        for secret in (SECRET, "山田", "人に言えない学び", "吉岡 二葉", "吉岡 一郎"):
            assert secret not in answer.text, (page, secret)
    text = browser.get(f"/cases/{withdrawn}").text
    assert "吉岡町が取り下げました" in text
    assert "県DX担当に相談する" in text
    assert f"/rooms/{world.foreign_room}/ask" in browser.get(f"/cases/{withdrawn}").text
    posted = browser.post_form(f"/cases/{withdrawn}/adoption", state="trial")  # from a page that was open
    assert (posted.status_code, WORDS in posted.text) == (410, True)
    assert browser.get_json(f"/cases/{withdrawn}").status_code == 404
    for who in ("officer", "supporter"):  # who work on it
        assert SECRET in world.client(who).text_of(f"/cases/{withdrawn}")


def test_it_says_which_body_and_never_who(library: Library, world: World) -> None:
    case = library.published(title=SECRET)
    world.write(withdraw_case, "supporter", WithdrawCase(case))
    text = world.client("foreign_officer").get(f"/cases/{case}").text
    assert "群馬県が取り下げました" in text
    assert "県 四季" not in text
    assert "吉岡町" not in text


def test_a_guest_of_its_circle_could_read_it_too(library: Library, world: World) -> None:
    with world.store.transaction() as session:
        room = create_circle(session, "窓口研究会", "", [world.town])
        grant(session, session.get_one(Audience, room.audience_id), staff=[world.guest])
        room_id = room.id
    case = library.published()
    world.write(share_case, "manager", ShareCase(case, f"circle:{room_id}"))
    world.write(withdraw_case, "manager", WithdrawCase(case))
    assert world.client("guest").get(f"/cases/{case}").status_code == 410
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 404


def test_lists_that_named_it_show_the_words(library: Library, world: World) -> None:
    """Bookmarks, a collection, comparison, lineage and the body's own 横展開: no title, no remark about it."""
    case, heir = library.published(title=SECRET), library.draft("supporter", "県の窓口", world.prefecture)
    library.publish(heir)
    world.write(bookmark_case, "foreign_officer", Mark(case, True))
    world.write(adopt_case, "foreign_officer", Adopt(case, "trial", reason="うちでも混むため"))
    world.write(link_predecessor, "supporter", LinkPredecessor(heir, str(case), f"{SECRET}から"))
    made = world.write(save_collection, "supporter", SaveCollection("特集", "")).data["collection_id"]
    for id_, note in ((case, f"{SECRET}がよい"), (heir, "")):
        world.write(put_in_collection, "supporter", PutInCollection(int(made), id_, note=note))
    world.write(show_collection, "supporter", ShowCollection(int(made), True))
    world.write(withdraw_case, "manager", WithdrawCase(case))
    browser = world.client("foreign_officer")
    named = {
        "/cases?marked=1": True,
        f"/cases/collections/{made}": True,
        f"/cases/compare?id={case}&id={heir}": True,
        f"/cases/compare?{f'id={heir}&' * 4}id={case}": True,  # two different ones
        f"/cases/{heir}": True,
        f"/cases/{heir}/spread": True,
        "/cases/spreading": True,
        "/cases": False,
        f"/cases/compare?id={heir}": False,
    }
    for address, words in named.items():
        page = browser.get(address)
        assert (page.status_code, WORDS in page.text) == (200, words), address
        assert SECRET not in page.text, address
        assert (f'href="/cases/{case}"' in page.text) == words, address
    assert "うちでも混むため" in browser.text_of("/cases/spreading")  # of the body itself
    assert SECRET not in world.client("supporter").get(f"/cases/{heir}/spread").text  # who may unlink it there
    assert browser.post_form(f"/cases/{case}/bookmark", on="1").status_code == 410
    assert browser.post_form(f"/cases/{case}/bookmark", on="0").status_code == 303
    assert WORDS not in browser.text_of("/cases?marked=1")


def test_lists_say_nothing_to_those_who_could_not_read_it(library: Library, world: World) -> None:
    case, heir = library.published(title=SECRET), library.draft("supporter", "県の窓口", world.prefecture)
    library.publish(heir)
    world.write(link_predecessor, "supporter", LinkPredecessor(heir, str(case), "から"))
    world.write(bookmark_case, "foreign_officer", Mark(case, True))
    made = world.write(save_collection, "supporter", SaveCollection("特集", "")).data["collection_id"]
    world.write(put_in_collection, "supporter", PutInCollection(int(made), case))
    world.write(show_collection, "supporter", ShowCollection(int(made), True))
    world.write(share_case, "manager", ShareCase(case, "town"))
    world.write(withdraw_case, "manager", WithdrawCase(case))
    browser = world.client("foreign_officer")
    addresses = ("/cases?marked=1", f"/cases/compare?id={case}&id={heir}", f"/cases/{heir}", f"/cases/{heir}/spread")
    for address in addresses:
        assert WORDS not in browser.get(address).text, address
    assert browser.get(f"/cases/collections/{made}").status_code == 404
    with pytest.raises(NotFound):
        world.write(bookmark_case, "foreign_officer", Mark(case, False))
    with world.store.read() as session:
        assert session.get(Bookmark, (world.foreign_officer, case)) is not None


def test_the_room_and_the_files_are_as_if_they_had_never_been(library: Library, world: World) -> None:
    case = library.draft()
    file, other = world.upload("officer"), world.upload("officer")
    library.save(case, documents=[{"name": "要綱", "attachment_id": str(file)}])
    library.publish(case)
    library.save(case, documents=[{"name": "別", "attachment_id": str(other)}])  # never out
    asked = world.write(ask_about_case, "foreign_officer", AskAboutCase(case, "費用は。", world.new_id())).data
    world.write(withdraw_case, "manager", WithdrawCase(case))
    browser = world.client("foreign_officer")
    gone = (f"/attachments/{file}", f"/attachments/{other}", f"/threads/{asked['thread_id']}")
    assert [browser.get(address).status_code for address in gone] == [404] * 3


def test_when_it_is_out_again_nothing_is_left_of_it(withdrawn: int, library: Library, world: World) -> None:
    with world.store.read() as session:
        copy = session.scalars(sa.select(Withdrawal.readers_id)).one()
    library.on(submit_case, withdrawn, "manager")
    library.on(publish_case, withdrawn, "supporter")
    assert opened(world.client("foreign_officer"), withdrawn) == 200
    with world.store.read() as session:
        assert session.scalars(sa.select(Withdrawal.case_id)).all() == []
        assert session.get(Audience, copy) is None
        assert session.scalars(sa.select(Grant.id).where(Grant.audience_id == copy)).all() == []
    world.write(share_case, "manager", ShareCase(withdrawn, "town"))
    assert opened(world.client("foreign_officer"), withdrawn) == 404  # narrowing leaves no tombstone


def opened(browser: Browser, case: int) -> int:
    return browser.get(f"/cases/{case}").status_code
