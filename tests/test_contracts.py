"""What is really emitted has the shapes of `hub/feed/contracts.py`: everything that can happen happens once."""

import re
from collections import defaultdict
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
import sqlalchemy as sa
from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from hub.attachments.services import AddToMessage, add_to_message
from hub.clock import in_japan, japan_today, utc_now, working_days_after
from hub.feed.contracts import EVENTS
from hub.feed.models import FeedEvent
from hub.sharing.commands import OnSharing, Prepare
from hub.sharing.services.consenting import ask_consent, consent
from hub.sharing.services.preparing import prepare
from hub.threads.commands import (
    Acknowledge,
    ChangeHead,
    DeleteMessage,
    EditMessage,
    LockThread,
    MarkRead,
    MoveThread,
    RedactMessage,
    RedactThread,
    SetPassage,
    SetReaction,
)
from hub.threads.consultations.promising import PromiseAnswer, promise_answer
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.editing import delete_message, edit_message, redact_message
from hub.threads.services.moving import move_thread
from hub.threads.services.passages import set_passage
from hub.threads.services.reading import mark_read
from hub.threads.services.recording import RecordConsultation, record_consultation
from hub.threads.services.redacting import redact_thread
from hub.threads.services.responding import acknowledge, set_reaction
from hub.threads.services.steering import change_head, lock_thread
from tests.factories import World
from tests.files.conftest import png
from tests.permission_things import seat_in_dx

# Which streams may carry an event, as the comments of the contract say.
CARRIERS = {
    "inbox:added": {"user"},
    "inbox:changed": {"user"},
    "mark:moved": {"user"},
    "access:changed": {"user"},
    "note:posted": {"notes"},
    "void": {"room", "notes", "user"},
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def everything_happens(world: World) -> None:
    asked = world.thread(world.room, "consultation", body="@県 四季 さん、教えてください", urgency="urgent")
    answer = world.message(asked, "**お答え**します", by="supporter", reply_to=asked.message_id, mark="official")
    picture = world.upload(content=png(), name="画面.png")
    filed = world.message(asked, "見てください", attachment_ids=[picture])
    world.write(add_to_message, "officer", AddToMessage(filed.message_id, [world.upload()]))
    shared = world.message(asked, "共用から", by="shared", mark="personal")
    for who in ("officer", "lead"):
        world.write(set_reaction, who, SetReaction(answer.message_id, "🎉", True))
    world.write(edit_message, "supporter", EditMessage(answer.message_id, "直しました @吉岡町", 1))
    world.write(mark_read, "lead", MarkRead(asked.thread_id, 2))
    world.write(change_head, "supporter", ChangeHead(asked.thread_id, body="- まとめ", summary_version=0))
    world.write(change_head, "officer", ChangeHead(asked.thread_id, "よい題名"))
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    world.note(asked, attachment_ids=[world.upload("supporter")])
    notice = world.thread(world.commons, "notice", by="supporter", title="お知らせ")
    for who in ("officer", "shared", "foreign_officer"):
        world.write(acknowledge, who, Acknowledge(notice.thread_id, True))
    world.write(lock_thread, "lead", LockThread(notice.thread_id, True))
    world.write(delete_message, "shared", DeleteMessage(shared.message_id))
    world.write(redact_message, "manager", RedactMessage(asked.message_id, "個人情報"))
    told = world.thread(world.room, "consultation", body="困りごと")
    world.write(set_passage, "supporter", SetPassage(told.message_id, "issue", True))
    sharing = int(world.write(prepare, "officer", Prepare(told.thread_id, "edition", True)).data["sharing_id"])
    world.write(ask_consent, "officer", OnSharing(sharing, 1))
    world.write(consent, "supporter", OnSharing(sharing, 1))
    moved = world.thread(world.room, body="移される話")
    world.write(set_passage, "officer", SetPassage(moved.message_id, "effect", True))
    world.write(edit_message, "officer", EditMessage(told.message_id, "困りごとです", 1))
    world.message(moved, "返信", by="lead", reply_to=moved.message_id)
    world.write(redact_message, "manager", RedactMessage(moved.message_id, "個人情報"))
    world.write(change_head, "lead", ChangeHead(moved.thread_id, body="まとめ", summary_version=0))
    world.write(redact_thread, "manager", RedactThread(told.thread_id, "title", "個人情報"))
    world.write(redact_thread, "lead", RedactThread(moved.thread_id, "summary", "誤記載"))
    world.note(moved)
    world.write(move_thread, "lead", MoveThread(moved.thread_id, world.foreign_room))
    world.write(lock_thread, "lead", LockThread(moved.thread_id, True))


@pytest.fixture
def emitted(world: World, monkeypatch: pytest.MonkeyPatch) -> list[FeedEvent]:
    """Every event as it was appended, and as it stands in the log at the end."""
    first: list[FeedEvent] = []
    monkeypatch.setattr("hub.feed.log._publishers", [lambda _epoch, events: first.extend(events)])
    seat_in_dx(world, "supporter", accompanies=world.town)
    everything_happens(world)
    came = RecordConsultation(
        world.room, "電話での相談", world.new_id(), "telephone", in_japan(utc_now()).replace(tzinfo=None)
    )
    world.write(record_consultation, "supporter", came)
    promised = world.thread(world.room, "consultation")
    world.write(promise_answer, "supporter", PromiseAnswer(promised.thread_id, working_days_after(japan_today(), 3)))
    with world.store.read() as session:
        return first + list(session.scalars(sa.select(FeedEvent)))


def strict(shape: Any) -> Any:
    """The same shape for pydantic, taking no unknown key anywhere inside. (It reads `typing.TypedDict` from Python 3.12
    on only.)"""
    if isinstance(shape, type) and hasattr(shape, "__required_keys__"):
        hints = {name: strict(hint) for name, hint in get_type_hints(shape, include_extras=True).items()}
        same = TypedDict(shape.__name__, hints)  # type: ignore[operator, misc]
        same.__pydantic_config__ = ConfigDict(extra="forbid", strict=True)
        return same
    parts = get_args(shape)
    if get_origin(shape) is list:
        return list[strict(parts[0])]  # type: ignore[misc]
    if get_origin(shape) in (Union, UnionType):
        return Union[tuple(strict(part) for part in parts)]  # noqa: UP007
    return shape


def test_every_type_of_the_contract_is_emitted_and_no_other(emitted: list[FeedEvent]) -> None:
    assert {event.type for event in emitted} == set(EVENTS)


def test_everything_emitted_has_the_shape_of_its_type(emitted: list[FeedEvent]) -> None:
    adapters = {name: TypeAdapter(strict(shape)) for name, shape in EVENTS.items()}
    assert {event.type for event in emitted} == adapters.keys()
    for event in emitted:
        adapters[event.type].validate_python(event.data, strict=True)


def test_every_field_is_seen_with_a_value(emitted: list[FeedEvent]) -> None:
    """A field that is always null or empty would not be held against its type."""
    seen: defaultdict[type, set[str]] = defaultdict(set)
    for event in emitted:
        seen[EVENTS[event.type]] |= {name for name, value in event.data.items() if value not in (None, [], "")}
    never = {shape.__name__: set(shape.__annotations__) - seen[shape] for shape in EVENTS.values()}
    assert {name: fields for name, fields in never.items() if fields} == {
        "Nothing": {"unused"},
    }


@pytest.mark.parametrize(
    "spoil", [{"extra": 1}, {"position": "1"}, {"author": {}}, {"mark": "other"}, {"reactions": [{}]}]
)
def test_the_shapes_are_strict(emitted: list[FeedEvent], spoil: dict[str, Any]) -> None:
    posted = next(event for event in emitted if event.type == "message:posted")
    with pytest.raises(ValidationError):
        TypeAdapter(strict(EVENTS["message:posted"])).validate_python(posted.data | spoil)


def test_events_travel_in_their_own_streams(emitted: list[FeedEvent]) -> None:
    assert {event.stream.partition(":")[0] for event in emitted} == {"room", "notes", "user"}
    for event in emitted:
        assert event.stream.partition(":")[0] in CARRIERS.get(event.type, {"room"}), event.type


def leaves(data: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(data, dict):
        return [leaf for key, value in data.items() for leaf in leaves(value, key)]
    if isinstance(data, list):
        return [leaf for value in data for leaf in leaves(value, name)]
    return [(name, data)]


def test_ids_are_strings_of_digits_and_times_have_milliseconds(emitted: list[FeedEvent]) -> None:
    found = [leaf for event in emitted for leaf in leaves(event.data)]
    assert {name for name, value in found if value is not None} >= {"thread_id", "reply_to", "at", "created_at"}
    for name, value in found:
        if value is not None and (name.endswith(("_id", "_ids")) or name == "reply_to") and name != "client_id":
            assert isinstance(value, str), name
            assert value.isdigit(), name
        if value is not None and (name == "at" or name.endswith("_at")):
            assert MOMENT.fullmatch(value), name


def test_notes_and_marks_never_reach_a_rooms_stream(emitted: list[FeedEvent]) -> None:
    assert {e.type for e in emitted if e.stream.startswith("room:")}.isdisjoint(CARRIERS.keys() - {"void"})
