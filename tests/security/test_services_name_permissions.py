"""Services decide rights: none relies on the route or the event by which it is reached."""

import pytest

from hub.errors import Forbidden
from hub.spreading.commands import AddItem, ChangeItem, RetireItem
from hub.spreading.services.checklists import add_item, change_item, retire_item
from tests.factories import World
from tests.security.services import Source
from tests.spreading.world import item_of

READING = {"ROOM_READ", "CASE_READ", "SHARING_READ", "NOTE_READ", "FILE_READ", "VISIT_READ", "SIGNED_IN"}
# Whoever is signed in does these to what is theirs alone; a new line says here why it needs no more.
OWN = {
    ("hub.security.sessions", "set_writer_name"): "the name behind a shared account, of this sign-in",
    ("hub.security.sessions", "touch"): "this sign-in is used",
    ("hub.exchange.exporting", "ids_to_export"): "which of what the person may read goes into the file",
    ("hub.home.services", "close_tour"): "the person's own welcome",
    ("hub.inbox.services", "mark_all_seen"): "entries addressed to the person",
    ("hub.inbox.services", "mark_seen"): "an entry addressed to the person",
    ("hub.library.services.following", "follow_subject"): "what the person wants to hear of",
    ("hub.mail.choosing", "save_choices"): "how the person wants mails",
    ("hub.threads.services.catching_up", "read_rooms"): "the person's own marks, in the rooms of their own list",
    ("hub.search.services", "drop_saved"): "the person's own saved search",
    ("hub.search.services", "open_saved"): "the person's own saved search",
    ("hub.search.services", "save_search"): "the person's own saved search",
    ("hub.search.services", "count_reuse"): "counts, for what stands on the person's own shelves of the index",
}
# Marks of their own on what they may read: reading is all that it takes.
MARKS = {
    ("hub.exchange.exporting", "note_export"): "what the person may read leaves the hub, on record",
    ("hub.library.services.adopting", "bookmark_case"): "",
    ("hub.library.services.adopting", "thank_for_case"): "",
    ("hub.library.services.following", "see_news"): "",
    ("hub.rooms.steering", "prefer_room"): "",
    ("hub.threads.services.catching_up", "read_room"): "",
    ("hub.threads.services.reading", "mark_read"): "",
    ("hub.threads.services.reading", "prefer_thread"): "",
}
NO_SERVICES = {
    ("hub.security.actors", "confirm_actor"),
    ("hub.library.tombstones", "absent"),
    ("hub.inbox.queries", "count_unseen"),
    ("hub.sharing.queries", "has_sharings"),
    ("hub.frame", "_rooms"),
    ("hub.support.telling", "_visits"),
    ("hub.sharing.secrecy", "hides"),
    ("hub.sharing.secrecy", "unspoken"),
    ("hub.sharing.strip", "came_of"),
    ("hub.mail.waiting", "_pressing"),
    ("hub.mail.waiting", "for_eyes"),
    ("hub.mail.waiting", "for_interest"),
}  # handed on, write nothing


@pytest.fixture(scope="module")
def source() -> Source:
    return Source()


def test_every_writing_service_names_a_permission(source: Source) -> None:
    """Seen to fail for the three of hub/spreading/services/checklists.py and for the files of imports."""
    services = source.services().keys() - NO_SERVICES
    assert len(services) > 100
    bare = {key for key in services if not source.permissions_of(key)}
    assert bare == set(OWN)


def test_a_service_that_names_only_reading_marks_what_is_read(source: Source) -> None:
    named = {key: source.permissions_of(key) for key in source.services().keys() - NO_SERVICES}
    assert {key for key, found in named.items() if found and found <= READING} == set(MARKS)


def test_the_checklists_are_the_dx_sections(world: World) -> None:
    item = item_of(world)
    for who in ("officer", "manager", "bureau", "admin"):
        for service, command in (
            (add_item, AddItem("trial", "試す期間を決めた")),
            (change_item, ChangeItem(item, "別の言葉", 0)),
            (retire_item, RetireItem(item, True)),
        ):
            with pytest.raises(Forbidden):
                world.write(service, who, command)
    world.write(add_item, "supporter", AddItem("trial", "試す期間を決めた"))
