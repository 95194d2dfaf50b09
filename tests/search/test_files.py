"""Files are found by their names: by whoever may have them, as long as they may, and by nobody else."""

from types import SimpleNamespace

import pytest

from hub.attachments.services import AddToMessage, RemoveAttachment, add_to_message, remove_attachment
from hub.library.commands import ShareCase
from hub.library.services.published import share_case
from hub.search.corpus import Corpus
from hub.search.models import SearchDocument, SearchTerm
from hub.search.repair import complete
from hub.threads.commands import DeleteMessage, MoveThread, RedactMessage
from hub.threads.services.editing import delete_message, redact_message
from hub.threads.services.moving import move_thread
from tests.factories import PEOPLE
from tests.library.conftest import Library
from tests.search.finding import found, index, titles

NAME = "帳票様式一覧.pdf"


def finders(world, text: str = "帳票様式") -> set[str]:
    """Who is told of a hit, a completion or a repair."""
    return {who for who in PEOPLE if found(world, who, text).total or completions(world, who, text[:2])}


def completions(world, who: str, beginning: str) -> list[str]:
    with world.store.read() as session:
        return complete(Corpus(session, world.actor(who).audience_ids), beginning)


@pytest.fixture
def posted(world):
    """A message of 吉岡町 with the file."""
    thread = world.thread(world.room, title="窓口の案内", body="はじめ")
    message = world.message(thread, body="こちらです", attachment_ids=[world.upload(name=NAME)])
    index(world)
    return message


def test_foreign_files_change_nothing(world, posted):
    before = found(world, "officer", "帳票 様式"), completions(world, "officer", "帳票")
    for n in range(12):
        id_ = world.upload("foreign_officer", name=f"帳票様式{n}.pdf")
        world.thread(world.foreign_room, by="foreign_officer", attachment_ids=[id_])
    index(world)
    assert (found(world, "officer", "帳票 様式"), completions(world, "officer", "帳票")) == before
    assert found(world, "foreign_officer", "帳票 様式 種類:ファイル").total == 12


def test_an_upload_that_was_not_sent_is_found_by_nobody(world):
    world.upload(name=NAME)
    index(world)
    assert finders(world) == set()


def test_a_file_of_a_note_is_found_by_the_dx_section_alone(world):
    thread = world.thread(world.room, title="窓口の案内")
    world.note(thread, attachment_ids=[world.upload("supporter", name=NAME)])
    index(world)
    assert finders(world) == {"supporter", "lead"}


def test_a_file_is_found_by_its_name_and_shown_by_it(world, posted):
    assert finders(world) == {"officer", "manager", "shared", "both", "supporter", "lead"}
    hit = found(world, "officer", "様式一覧 種類:ファイル").hits[0]
    assert (hit.title.text, hit.document.where) == (NAME, "吉岡町 › 窓口の案内")
    assert "様式" in "".join(piece.text for piece in hit.title.pieces if piece.marked)
    assert hit.document.url == f"/threads/{posted.thread_id}?at=2#2"
    assert NAME in world.client("officer").text_of("/search?q=様式一覧").replace(" ", "")


@pytest.mark.parametrize("way", ["file", "message", "redaction"])
def test_a_file_that_was_taken_away_is_gone_before_the_index_is_touched(world, way):
    thread, id_ = world.thread(world.room), world.upload(name=NAME)
    message = world.message(thread, attachment_ids=[id_])
    index(world)
    assert "officer" in finders(world)
    if way == "file":
        world.write(remove_attachment, "officer", RemoveAttachment(id_))
    elif way == "message":
        world.write(delete_message, "officer", DeleteMessage(message.message_id))
    else:
        world.write(redact_message, "manager", RedactMessage(message.message_id, "個人情報"))
    assert finders(world) == set()
    index(world)
    with world.store.read() as session:
        assert session.query(SearchDocument).filter_by(kind="file").count() == 0
        assert not session.query(SearchTerm).filter(SearchTerm.key.contains("帳票")).all()


def test_a_file_that_came_later_is_found(world):
    message = world.thread(world.room)
    world.write(add_to_message, "officer", AddToMessage(message.message_id, [world.upload(name=NAME)]))
    index(world)
    assert titles(world, "officer", "帳票様式") == [NAME]


def test_files_go_with_a_thread_that_moves(world, posted):
    world.write(move_thread, "supporter", MoveThread(posted.thread_id, world.foreign_room))
    assert "officer" not in finders(world)
    index(world)
    assert finders(world) == {"foreign_officer", "both", "supporter", "lead"}


@pytest.mark.parametrize("verdict", ["clean", "infected"])
def test_a_held_name_is_found_by_nobody_and_an_infected_one_never(app, world, verdict):
    scanner = app.extensions["hub.scanner"] = SimpleNamespace(configured=True, scan=lambda _path: "held")
    world.thread(world.room, title="窓口の案内", attachment_ids=[world.upload(name=NAME)])
    index(world)
    assert finders(world) == set()
    scanner.scan = lambda _path: verdict
    with app.app_context():
        app.extensions["hub.caretaker"].release_held()
    index(world)
    assert ("officer" in finders(world)) == (verdict == "clean")


def test_a_file_of_a_case_is_found_once_a_version_that_names_it_is_out(world):
    library, id_ = Library(world), world.upload("officer", name=NAME)
    documents = [{"name": "予算要求の資料", "url": "", "attachment_id": str(id_)}]
    case_id = library.draft()
    library.save(case_id, documents=documents)
    index(world)
    assert finders(world) == set()
    library.publish(case_id)
    index(world)
    assert {"officer", "foreign_officer", "supporter"} <= finders(world)
    assert titles(world, "foreign_officer", "予算要求") == [NAME]
    world.write(share_case, "supporter", ShareCase(case_id, "dx"))
    assert finders(world) == set()
    index(world)
    assert "foreign_officer" not in finders(world)
    assert completions(world, "foreign_officer", "予算") == []
