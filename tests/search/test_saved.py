"""What is new of a saved search: what is a hit now, was none at the last look, and is not by the reader themself."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from hub.accounts.offices import change_organisation
from hub.accounts.people_commands import ChangeOrganisation
from hub.accounts.services import Profile, save_profile
from hub.people.models import Field
from hub.search import saved as module
from hub.search.index_state import begin_rebuild
from hub.search.indexer import rebuild_step
from hub.search.models import SavedSearch
from hub.search.rebuilding import rebuild
from hub.search.saved import Saved, list_saved
from hub.search.seen import pack_refs, unpack_refs
from hub.threads.commands import DeleteMessage, EditMessage, MoveThread
from hub.threads.services.editing import delete_message, edit_message
from hub.threads.services.moving import move_thread
from tests.factories import World
from tests.search.finding import found, index

OLD = [("帳票の自分の話", False), ("帳票1", False), ("帳票0", False)]


def save(world: World, who: str, query: str = "帳票") -> int:
    index(world)
    return int(world.client(who).post_json("/search/saved", q=query).json["data"]["saved_id"])


def look(world: World, who: str, saved_id: int) -> None:
    assert world.client(who).post_json(f"/search/saved/{saved_id}/open").status_code == 200


def lines(world: World, who: str) -> dict[str, Saved]:
    index(world)
    with world.store.read() as session:
        return {row.query: row for row in list_saved(session, world.actor(who))}


def new(world: World, who: str, query: str = "帳票") -> int:
    return lines(world, who)[query].new


def marked(world: World, who: str, saved_id: int) -> list[tuple[str, bool]]:
    answer = found(world, who, "帳票", order="new", saved_id=saved_id)
    return [(hit.document.title, hit.new) for hit in answer.hits]


def list_person(world: World, who: str) -> None:
    """相談に応じられる分野."""
    with world.store.transaction() as session:
        field = Field(name="窓口改革", position=1)
        session.add(field)
        session.flush()
        fields = frozenset([field.id])
    name, kana = {"officer": ("吉岡 一郎", "よしおか"), "foreign_officer": ("榛東 三郎", "しんとう")}[who]
    world.write(save_profile, who, Profile(name, kana, "", "ja", fields))


def test_references_come_back_as_they_were():
    """Seen to fail with steps that are not added up again."""
    refs = {("thread", 7), ("thread", 9_000_000_000), ("message", 1), ("case", 40)}
    assert unpack_refs(pack_refs(refs)) == refs
    assert unpack_refs(pack_refs([])) == set()
    assert len(pack_refs(("message", 3 * n) for n in range(5_000))) < 500


def test_what_there_was_at_saving_is_not_new_and_what_comes_is_until_it_is_looked_at(world):
    """Seen to fail without `seen` in `save_search`, and without it in `open_saved`."""
    world.thread(world.room, title="帳票の様式", by="manager")
    saved = save(world, "officer")
    assert (new(world, "officer"), lines(world, "officer")["帳票"].counting) == (0, "on")
    world.thread(world.room, title="帳票の余白", by="manager")
    assert new(world, "officer") == 1
    look(world, "officer", saved)
    assert new(world, "officer") == 0


def test_ones_own_are_never_new(world):
    """Seen to fail without `foreign`, and without `mine`."""
    save(world, "officer")
    save(world, "officer", "窓口改革")
    thread = world.thread(world.room, title="帳票の様式")
    list_person(world, "officer")
    assert (new(world, "officer"), new(world, "officer", "窓口改革")) == (0, 0)
    world.message(thread, "帳票の返事", by="manager")
    assert new(world, "officer") == 1


def test_an_older_thread_that_is_moved_to_the_reader_is_new(world):
    """Seen to fail with hits counted by their date."""
    thread = world.thread(world.foreign_room, title="帳票の様式", by="foreign_officer")
    save(world, "officer")
    world.write(move_thread, "supporter", MoveThread(thread.thread_id, world.room))
    assert new(world, "officer") == 1


def test_what_stands_in_a_room_joined_later_is_new_and_when_the_right_ends_it_does_not_count(world):
    """The reader looks while they may; afterwards the line says nothing of what is gone, and nothing is new again when
    they come back. Seen to fail with hits counted by their date, and with `Corpus` over all audiences."""
    for n in range(3):
        world.thread(world.room, title=f"帳票の秘密{n}")
    saved = save(world, "foreign_officer")
    assert new(world, "foreign_officer") == 0
    world.admit("foreign_officer", world.room)
    assert new(world, "foreign_officer") == 3
    world.dismiss("foreign_officer", world.room)
    assert new(world, "foreign_officer") == 0
    assert "秘密" not in world.client("foreign_officer").text_of("/search?q=帳票")
    world.admit("foreign_officer", world.room)
    look(world, "foreign_officer", saved)
    world.dismiss("foreign_officer", world.room)
    world.admit("foreign_officer", world.room)
    assert new(world, "foreign_officer") == 0


def test_a_text_edited_into_a_hit_is_new_and_an_edited_hit_is_not(world):
    """Seen to fail with hits counted by their date."""
    thread = world.thread(world.room, title="窓口の案内", by="manager")
    message = world.message(thread, "はじめの文", by="manager")
    save(world, "officer")
    world.write(edit_message, "manager", EditMessage(message.message_id, "帳票のこと", 1))
    assert new(world, "officer") == 1
    save(world, "supporter")
    world.write(edit_message, "manager", EditMessage(message.message_id, "帳票のことと余白", 2))
    assert new(world, "supporter") == 0


def test_a_person_who_is_listed_from_now_on_is_new(world):
    """Seen to fail with hits counted by their date, which of a person is when the account was made."""
    save(world, "officer", "三郎")
    list_person(world, "foreign_officer")
    assert new(world, "officer", "三郎") == 1


def test_a_file_that_is_released_later_is_new(app, world):
    """Seen to fail with hits counted by their date."""
    scanner = app.extensions["hub.scanner"] = SimpleNamespace(configured=True, scan=lambda _path: "held")
    file = world.upload("manager", name="帳票一覧.pdf")
    world.message(world.thread(world.room, title="窓口"), "こちらです", by="manager", attachment_ids=[file])
    save(world, "officer")
    scanner.scan = lambda _path: "clean"
    with app.app_context():
        app.extensions["hub.caretaker"].release_held()
    assert new(world, "officer") == 1


def test_what_was_committed_before_the_opening_and_indexed_after_it_is_new(world):
    """Seen to fail with hits counted by their date."""
    saved = save(world, "officer")
    world.thread(world.room, title="帳票の様式", by="manager")
    look(world, "officer", saved)
    assert new(world, "officer") == 1


def test_what_was_seen_and_waits_for_the_index_at_the_opening_is_not_new(world):
    """Seen to fail without `_waiting`."""
    message = world.message(world.thread(world.room, title="窓口"), "帳票のこと", by="manager")
    saved = save(world, "officer")
    world.write(edit_message, "manager", EditMessage(message.message_id, "帳票のことと余白", 1))
    look(world, "officer", saved)
    assert new(world, "officer") == 0


def test_a_body_that_is_indexed_anew_is_not_new(world):
    """Seen to fail with hits counted by their date, which of a body is when it was indexed."""
    save(world, "officer", "榛東村 種類:団体")
    assert found(world, "officer", "榛東村 種類:団体").total == 1
    world.write(change_organisation, "admin", ChangeOrganisation(world.foreign_town, "榛東村", "しんとう", member=True))
    assert new(world, "officer", "榛東村 種類:団体") == 0


def test_what_went_does_not_make_up_for_what_came(world):
    """Seen to fail with the difference of two numbers of hits."""
    thread = world.thread(world.room, title="窓口", by="manager")
    going = world.message(thread, "帳票のこと", by="manager")
    save(world, "officer")
    world.write(delete_message, "manager", DeleteMessage(going.message_id))
    world.message(thread, "帳票の続き", by="manager")
    assert new(world, "officer") == 1


def test_two_searches_count_apart(world):
    """Seen to fail with what both find counted for each of them."""
    first, _second = save(world, "officer", "帳票"), save(world, "officer", "余白")
    save(world, "manager", "帳票")
    world.thread(world.room, title="帳票と余白", by="supporter")
    world.thread(world.room, title="帳票だけ", by="supporter")
    assert {q: row.new for q, row in lines(world, "officer").items()} == {"帳票": 2, "余白": 1}
    look(world, "officer", first)
    assert {q: row.new for q, row in lines(world, "officer").items()} == {"帳票": 0, "余白": 1}
    assert new(world, "manager") == 2


def test_what_was_new_is_marked_and_comes_first_when_it_is_opened(world):
    """Though it is older than the rest, and not for others. Seen to fail without `first`, without `new` in `_hit`,
    without `foreign` in `new_when_opened`, without the question whose search it is, and without `seen_before`."""
    older = world.thread(world.foreign_room, title="帳票の古い話", by="foreign_officer")
    for n in range(2):
        world.thread(world.room, title=f"帳票{n}", by="manager")
    saved = save(world, "officer")
    world.write(move_thread, "supporter", MoveThread(older.thread_id, world.room))
    world.thread(world.room, title="帳票の自分の話")
    index(world)
    address = world.client("officer").post_form(f"/search/saved/{saved}/open").headers["Location"]
    assert marked(world, "officer", saved) == [("帳票の古い話", True), *OLD]
    page = world.client("officer").text_of(address).replace(" ", "")
    assert page.count("新着") == 1
    assert page.index("新着") < page.index("帳票の古い話") < page.index("帳票の自分の話")
    assert {new for _title, new in marked(world, "manager", saved)} == {False}
    look(world, "officer", saved)
    assert {new for _title, new in marked(world, "officer", saved)} == {False}
    for broken in ("9" * 30, "x", "-1", "٣"):
        world.client("officer").text_of(f"/search?q=帳票&saved={broken}")


def test_a_rebuild_changes_no_count(world):
    """Nor does looking while it is under way. Seen to fail with places in the index remembered instead of references,
    and without `is_complete` in `_waiting`."""
    thread = world.thread(world.foreign_room, title="帳票", by="foreign_officer")
    going = world.message(thread, "帳票は消える", by="foreign_officer")
    for n in range(4):
        world.message(thread, f"帳票{n}", by="foreign_officer")
    saved = save(world, "supporter")
    world.write(delete_message, "foreign_officer", DeleteMessage(going.message_id))
    world.thread(world.foreign_room, title="帳票の新しい話", by="foreign_officer")
    assert new(world, "supporter") == 1
    rebuild(world.store, fresh=True, progress=lambda _line: None)
    assert new(world, "supporter") == 1
    world.store.write_apart(begin_rebuild)
    rebuild_step(world.store, size=2)
    look(world, "supporter", saved)
    assert new(world, "supporter") == 1


def test_what_was_saved_before_it_was_remembered_counts_from_the_next_look_and_says_so(world):
    """Seen to fail with a search without `seen` taken for one that had found nothing."""
    saved = save(world, "officer")
    with world.store.transaction() as session:
        session.execute(sa.update(SavedSearch).values(seen=None))
    world.thread(world.room, title="帳票の様式", by="manager")
    assert lines(world, "officer")["帳票"][2:] == (0, "unopened")
    assert "新着を数え始めます" in world.client("officer").text_of("/search")
    look(world, "officer", saved)
    world.thread(world.room, title="帳票の余白", by="manager")
    assert lines(world, "officer")["帳票"][2:] == (1, "on")


def test_of_too_many_hits_nothing_is_counted_and_the_line_says_so(world, monkeypatch: pytest.MonkeyPatch):
    """Seen to fail without the limit in `list_saved`, and without it in `_found`."""
    saved = save(world, "officer")
    monkeypatch.setattr(module, "MOST_REMEMBERED", 2)
    for n in range(3):
        world.thread(world.room, title=f"帳票{n}", by="manager")
    assert lines(world, "officer")["帳票"][2:] == (0, "too_many")
    assert "より多いため、新着を数えません" in world.client("officer").text_of("/search")
    look(world, "officer", saved)
    with world.store.read() as session:
        assert session.scalar(sa.select(SavedSearch.seen)) is None
