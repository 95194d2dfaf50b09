"""Lists that stand on a page beside others, home page, 通知 or a case, say that there is more, and show it."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa

from hub.home import following
from hub.home import queries as home
from hub.library import endings, room, vocabulary, waiting
from hub.library.commands import ConfirmCase, SettleContact
from hub.library.models import Case
from hub.library.services.published import confirm_case
from hub.library.services.workflow import submit_case
from hub.library.services.writing import settle_contact
from hub.spreading import matrix
from hub.spreading import queries as news
from hub.threads.commands import PreferThread
from hub.threads.services.reading import prefer_thread
from hub.visits import queries as visits
from tests.factories import World
from tests.library.conftest import Library
from tests.library.test_asking import ask as ask_about
from tests.spreading.world import adoption_of, case_of, spreading_thing
from tests.visits.test_steps import at
from tests.visits.test_visits import ask as ask_to_visit

Fill = Callable[[Library, World, int], str | None]


def findings(library: Library, world: World, count: int) -> str:
    case = library.published()
    for _n in range(count):
        at(world, case, "done")
    return f"/cases/{case}"


def own_visits(library: Library, world: World, count: int) -> str:
    case = library.published()
    for _n in range(count):
        ask_to_visit(world, case)
    return f"/cases/{case}"


def questions(library: Library, world: World, count: int) -> str:
    case = library.published()
    for _n in range(count):
        ask_about(world, case)
    return f"/cases/{case}"


def declined(_library: Library, world: World, count: int) -> None:
    for n in range(count):
        adoption_of(world, case_of(world, world.prefecture), world.town, "declined", reason=f"見送った理由{n}")


def notices(_library: Library, world: World, count: int) -> None:
    for _n in range(count):
        world.thread(world.commons, "notice", title="確認のお願い", by="supporter")


def followed(_library: Library, world: World, count: int) -> None:
    for _n in range(count):
        thread = world.thread(world.commons, title="追っている話題", by="supporter")
        world.write(prefer_thread, "officer", PreferThread(thread.thread_id, True, False))


def proposed(_library: Library, world: World, count: int) -> None:
    for _n in range(count):
        adoption_of(world, case_of(world, world.prefecture), world.town, confirmed=False)


def adopted(_library: Library, world: World, count: int) -> None:
    for _n in range(count):
        adoption_of(world, case_of(world, world.town), world.foreign_town)


def thanked(_library: Library, world: World, count: int) -> None:
    for _n in range(count):
        spreading_thing(world, "thanked", foreign=False)


def ended(library: Library, world: World, count: int) -> None:
    for n in range(count):
        case = library.published()
        duty = library.duty("officer", world.town, f"担当{n}")
        world.write(settle_contact, "officer", SettleContact(case, duty))
        world.write(confirm_case, "officer", ConfirmCase(case, "ended", "終わった"))


def overdue(library: Library, _world: World, count: int) -> None:
    for _n in range(count):
        library.published()
    library.change(sa.update(Case).values(last_confirmed_on=date(2020, 1, 1)))


def handed_in(library: Library, _world: World, count: int) -> None:
    for _n in range(count):
        library.on(submit_case, library.draft(), "officer")


def tagged(library: Library, _world: World, count: int) -> None:
    library.published(tags=[f"印{n}" for n in range(count)])


# What has the limit, its name there; how the list is filled, who reads it where, what each of its rows has once, and
# the id of its place.
LISTS: dict[str, tuple[object, str, Fill, str, str, str, str]] = {
    "findings": (visits, "MOST_OF_CASE", findings, "manager", "", "5台です。", "findings"),
    "own visits": (visits, "MOST_OF_CASE", own_visits, "foreign_officer", "", r'<li><a href="/visits/\d+"', "asking"),
    "questions": (room, "MOST", questions, "foreign_officer", "", ">回答待ち</span>", "asking"),
    "reasons": (
        matrix,
        "MOST_REASONS",
        declined,
        "supporter",
        "/cases/spreading?every=1",
        "<li>見送った理由",
        "why-not",
    ),
    "notices": (home, "MOST", notices, "officer", "/", "確認のお願い", "notices"),
    "followed": (following, "MOST", followed, "officer", "/", "追っている話題", "followed"),
    "proposals": (news, "MOST_NEWS", proposed, "officer", "/", r"/adoptions/\d+/settlement", "proposals"),
    "unheard": (news, "MOST_NEWS", adopted, "officer", "/inbox", r"/adoptions/\d+/hearing", "unheard"),
    "thanks": (news, "MOST_NEWS", thanked, "officer", "/inbox", r"/adoptions/\d+/thanks-seen", "thanks"),
    "endings": (endings, "MOST", ended, "manager", "/inbox", r'"/cases/\d+/ending"', "endings"),
    "endings at home": (endings, "MOST", ended, "manager", "/", r'"/cases/\d+/ending"', "endings"),
    "to confirm": (waiting, "MOST", overdue, "manager", "/", r'"/cases/\d+/confirm"', "to-confirm"),
    "handed in": (waiting, "MOST", handed_in, "manager", "/", r'"/cases/\d+\?version=', "case-tasks"),
    "tags": (vocabulary, "MOST_OF_SHELF", tagged, "supporter", "/cases/tags", r'action="/cases/tags/\d+"', "group-0"),
}


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("name", LISTS)
def test_more_is_said_and_shown(
    library: Library, world: World, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    where, limit, fill, who, address, row, place = LISTS[name]
    monkeypatch.setattr(where, limit, 2)
    address = fill(library, world, count) or address
    browser = world.client(who)
    some = browser.get(address).text
    assert len(re.findall(row, some)) == 2
    links = re.findall(rf'<a href="([^"#]*)#{place}">すべて表示</a>', some)
    assert len(links) == (count > 2)
    assert ("2件以上" in some or "（2以上）" in some) == (count > 2 and name in COUNTED)
    for whole in map(unescape, links):
        assert set(address.partition("?")[2].split("&")) - {""} <= set(whole.partition("?")[2].split("&"))
        everything = browser.get(whole).text
        assert len(re.findall(row, everything)) == count
        assert "すべて表示" not in everything
        assert everything.count(f'id="{place}"') == 1


COUNTED = (
    "questions",
    "notices",
    "followed",
    "proposals",
    "unheard",
    "thanks",
    "endings",
    "endings at home",
    "to confirm",
)
