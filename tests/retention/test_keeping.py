"""Old rows go in small steps; what anybody may still need stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.clock import set_source, utc_now
from hub.feed.epoch import begin
from hub.feed.models import FeedEvent, Stream, Submission
from hub.installation import current_epoch
from hub.people.models import FailureBucket, OneTimeLink, SignIn
from hub.records.models import AuditEntry
from hub.retention import keeper as keeping
from hub.threads.models import Message

MODELS = (FeedEvent, Submission, SignIn, OneTimeLink, FailureBucket)


@pytest.fixture
def keeper(app):
    return app.extensions["hub.retention"]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(keeping.socketio, "sleep", lambda _s: None)


def later(**passed):
    now = utc_now() + timedelta(**passed)
    set_source(lambda: now)


def count(world, model):
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(model)).scalar()


@pytest.fixture
def used(world, client_of):
    """A room in which something happened, a failed sign-in, a link."""
    posted = world.thread(world.room, body="前からある相談")
    for number in range(30):
        world.message(posted, f"投稿 {number}")
    client_of(None).post_form("/login", email="nobody@example.jp", password="wrong")
    with world.store.transaction() as session:
        now, staff = utc_now(), world.officer
        link = OneTimeLink(staff_id=staff, token_hash="x", purpose="reset", issued_at=now, expires_at=now)
        session.add(link)
        session.add(SignIn(staff_id=world.officer, token_hash="y", created_at=now, seen_at=now, ends_at=now))
    return posted


def test_nothing_of_yesterday_goes(world, used, keeper):
    before = [count(world, model) for model in MODELS]
    assert min(before) > 0
    assert set(keeper.tick().values()) == {0}
    assert [count(world, model) for model in MODELS] == before


def test_what_is_old_goes_and_what_people_wrote_stays(world, used, keeper):
    """Seen to fail before: nobody deleted any of it."""
    messages, records = count(world, Message), count(world, AuditEntry)
    later(days=91)
    gone = keeper.tick()
    assert min(gone.values()) > 0
    assert [count(world, model) for model in MODELS] == [1, 0, 0, 0, 0]
    assert (count(world, Message), count(world, AuditEntry)) == (messages, records)


@pytest.mark.parametrize(("days", "kept"), [(2, {"throttle"}), (31, {"throttle", "submissions", "sign-ins", "links"})])
def test_each_has_its_time(world, used, keeper, days, kept):
    later(days=days)
    assert {name for name, number in keeper.tick().items() if number} == kept


def test_it_goes_in_small_steps(world, used, keeper, monkeypatch):
    """Seen to fail with one statement for all: whoever posted waited for it."""
    steps, write = [], world.store.write_apart

    def counted(work):
        steps.append(write(work))
        return steps[-1]

    monkeypatch.setattr(world.store, "write_apart", counted)
    monkeypatch.setattr(keeping, "AT_ONCE", 10)
    later(days=91)
    gone = keeper.tick()
    assert gone["events"] > 30
    assert max(steps) <= 10


def test_a_page_of_before_is_told_to_read_anew_and_one_of_now_goes_on(world, used, keeper, client_of, monkeypatch):
    """An empty list would say that nothing has happened."""
    stream = f"room:{world.room}"
    with world.store.read() as session:
        head = session.get_one(Stream, stream).head
    later(days=91)
    reader = client_of("officer")
    world.message(used, "今日の投稿")
    keeper.tick()
    old = reader.get_json(f"/feed/{stream}?after=3")
    assert (old.status_code, old.json["error"]["code"]) == (410, "resync")
    now = reader.get_json(f"/feed/{stream}?after={head}")
    assert [event["data"]["body"] for event in now.json["events"]] == ["今日の投稿"]
    assert now.json["head"] == head + 1


def test_the_next_start_does_not_take_it_for_an_older_data_base(app, world, used, keeper, tmp_path):
    """Seen to fail where the newest event went as well: every page began anew after each start."""
    begin(world.store, tmp_path)
    later(days=400)
    keeper.tick()
    with world.store.read() as session:
        epoch = current_epoch(session)
    begin(world.store, tmp_path)
    with world.store.read() as session:
        assert current_epoch(session) == epoch
