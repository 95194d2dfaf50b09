"""What the reading process may be asked for, and that it answers as the same call here would."""

import pickle
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

import hub.application  # noqa: F401 - everything that declares readings
from hub.actor import Actor
from hub.apart import Apart
from hub.engine import make_engine
from hub.errors import Closed, Conflict, Forbidden, HubError, NotFound, RateLimited, ValidationFailed
from hub.quarters.spans import Quarter
from hub.reading.reader import Reader, ReadingFailed
from hub.reading.registry import declared_names, reading, reading_named, reading_of
from hub.reading.wire import pack
from hub.reading_process import MODULES, answer
from hub.search.models import SearchChange
from hub.search.searching import find
from hub.search.within import threads_with
from hub.sharing.details import Known
from tests.factories import World
from tests.library.conftest import Library
from tests.reading.conftest import url_of
from tests.search.finding import index

SECRET = "誰にも見せない相談"


@pytest.fixture
def thread(world: World) -> Any:
    made = world.thread(world.room, kind="consultation", title="帳票の様式", body="様式を変えたいときの手順です。")
    world.message(made, "転入の帳票は変えられます。", by="supporter")
    index(world)
    return made


def questions(
    actor: Actor, room_id: int, thread_id: int, saved_id: int, case_id: int
) -> dict[str, tuple[tuple[Any, ...], dict[str, Any]]]:
    return {
        "hub.search.searching.find": ((actor, "帳票 様式"), {"order": "new", "page": 1}),
        "hub.search.finder.look_up": ((actor, "帳票"), {}),
        "hub.search.saved.list_saved": ((actor,), {}),
        "hub.search.saved.look_for": ((actor, "帳票"), {}),
        "hub.search.saved.look_again": ((actor, saved_id), {}),
        "hub.search.similar.list_similar": ((actor, "帳票の様式を変えたい"), {}),
        "hub.search.similar.list_precedents": ((actor, thread_id), {}),
        "hub.search.similar.list_cases_like": ((actor, case_id), {}),
        "hub.quarters.sheet.sheet_of": ((actor, Quarter(2026, 3)), {}),
        "hub.search.duplicates.list_duplicates": ((actor,), {}),
        "hub.search.within.cases_with": ((actor, "帳票"), {}),
        "hub.search.within.threads_with": ((actor, room_id, "帳票"), {}),
        "hub.search.synonym_preview.unreadable_words": ((("帳票", "★"),), {}),
        "hub.search.synonym_preview.preview": ((actor, ("帳票", "用紙")), {"replaces": "", "group_id": 0}),
        "hub.search.synonym_preview.preview_import": ((actor, (("帳票", "用紙"),)), {}),
        "hub.search.preparing.read_prepared": (([("thread", thread_id)],), {}),
        "hub.search.meaning.preparing.read_meant": (([("thread", thread_id)],), {}),
        "hub.sharing.finding.apart.details_apart": ((("担当は青木です。",), Known(people=frozenset({"青木"}))), {}),
    }


def test_every_reading_is_asked_for_here_and_known_there(thread: Any) -> None:
    asked = set(questions(None, 0, 0, 0, 0))  # type: ignore[arg-type]
    assert {name for name in declared_names() if name.startswith("hub.")} == asked
    assert {name.rpartition(".")[0] for name in asked} == {module.__name__ for module in MODULES}


def test_the_process_answers_as_the_call_itself(world: World, thread: Any, reader: Reader) -> None:
    saved_id = int(world.client("supporter").post_json("/search/saved", q="様式").json["data"]["saved_id"])
    case_id = Library(world).published(title="帳票の様式", background="様式を変えた。")
    Library(world).published(title="帳票の様式を変えた", background="帳票の様式をまとめた。")
    world.thread(
        world.foreign_room, "consultation", title="帳票の様式", body="帳票の様式を変えたい。", by="foreign_officer"
    )
    world.thread(world.room, "consultation", title="帳票の様式", body="帳票の様式を変えたい。")
    index(world)
    asked = questions(world.actor("supporter"), world.room, int(thread.thread_id), saved_id, case_id)
    meant = "hub.search.meaning.preparing.read_meant"
    while reader.ask(reading_named(meant), *asked[meant]) is None:
        pass  # the encoder opens beside the work
    for name, (args, kwargs) in asked.items():
        with world.app.app_context(), world.store.read() as session:
            expected = reading_named(name).function(session, *args, **kwargs)
        assert reader.ask(reading_named(name), args, kwargs) == expected, name
        assert expected or name.endswith("cases_with"), name
    assert reader.starts == 1


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "hub.search.index_state.begin_rebuild", "hub.db.make_engine"]
)
def test_nothing_else_can_be_asked_for(world: World, reader: Reader, name: str) -> None:
    reader.tend()
    reader.ask(reading_of(find), (world.actor("officer"), "帳票"), {})
    assert reader._child is not None
    done, fault = reader._child.ask(pack((name, ("touch /tmp/no",), {})))
    assert (done, fault.kind) == (False, "LookupError")


def test_what_was_not_declared_is_not_read_apart(world: World) -> None:
    def own(_session: object) -> int:
        return 1

    with pytest.raises(LookupError):
        world.store.read_apart(own)
    own.__module__, own.__qualname__ = find.__module__, find.__qualname__
    with pytest.raises(LookupError):
        world.store.read_apart(own)


def test_errors_for_people_pass_through(world: World, thread: Any, reader: Reader) -> None:
    with pytest.raises(NotFound):
        reader.ask(reading_of(threads_with), (world.actor("officer"), world.foreign_room, "帳票"), {})
    assert reader.outcomes["hub.search.within.threads_with", "refused"] == 1


@pytest.mark.parametrize(
    "error",
    [NotFound(), Forbidden("だめ"), Conflict(), Closed("閉"), RateLimited(2.5), ValidationFailed({"q": "空"}, "誤り")],
    ids=lambda error: type(error).__name__,
)
def test_errors_keep_what_they_say(error: HubError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), vars(again), str(again)) == (type(error), vars(error), str(error))


def test_a_fault_is_told_without_what_somebody_wrote(world: World, reader: Reader) -> None:
    with capture_logs() as logs, pytest.raises(ReadingFailed) as raised:
        reader.ask(reading_of(find), (world.actor("officer"), {SECRET}), {})
    assert logs[0]["kind"] == "TypeError"
    assert "language.py" in logs[0]["where"]
    assert SECRET not in str(logs) + str(raised.value)


@reading()
def write(session: Session) -> None:
    session.execute(sa.insert(SearchChange), [{"kind": "message", "ref_id": 1}])
    session.commit()


def test_what_reads_cannot_write(world: World) -> None:
    """Seen to fail with `writes=True`."""
    with capture_logs():
        store = Apart(make_engine(url_of(world), pooled=False), writes=False)
        done, _fault = answer(store, world.store.confirm, reading_of(write).name, (), {})
    assert not done
    with world.store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SearchChange)) == 0
