"""What failed is shown to administrators, who have it done again; the monitor sees how many there are."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.errors import HubError
from hub.files.caretaker import Caretaker
from hub.jobs import faults
from hub.jobs.models import Job
from hub.jobs.standing import work_off
from hub.jobs.table import Standing
from tests.factories import World

LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


def put(world: World, kind: str = "TendFiles", **values: object) -> int:
    now = utc_now()
    given = {"key": "", "payload": {}, "created_at": now, "run_at": now + timedelta(hours=1)} | values
    with world.store.transaction() as session:
        row = Job(kind=kind, **given)
        session.add(row)
        session.flush()
        return row.id


def set_aside(world: World, cause: str = faults.UNAVAILABLE, **values: object) -> int:
    return put(world, attempts=10, last_error=cause, set_aside_at=utc_now(), **values)


def ids(world: World) -> set[int]:
    with world.store.read() as session:
        return set(session.scalars(sa.select(Job.id)))


def test_nobody_else_learns_of_it(world):
    job = set_aside(world)
    for who in ("officer", "manager", "supporter", "lead", "bureau", "guest"):
        assert world.client(who).get("/admin/jobs").status_code == 403
        assert world.client(who).post_form(f"/admin/jobs/{job}/retry").status_code == 403
    assert ids(world) == {job}


def test_what_failed_is_named_with_its_reason_and_what_waits_is_not(world):
    """Seen to fail without `last_error` in the query, and without words for a kind or a fault."""
    admin = world.client("admin")
    assert "失敗した処理はありません" in admin.text_of("/admin/jobs")
    set_aside(world, faults.ENDED, kind="TakeFile", key="7")
    put(world, "DropOldRows", attempts=2, last_error="ValueError hub/x.py:3")
    put(world, "SweepFiles")
    page = admin.text_of("/admin/jobs")
    for words in (
        "事例ファイルの取込み 7",
        "停止中",
        "プロセスが何度も終了しました",
        "保存期間を過ぎた記録の削除",
        "再試行待ち",
    ):
        assert words in page
    assert "プログラムのエラーです（ValueError hub/x.py:3）" in page
    assert "置き場所の点検" not in page
    admin.post_form("/language", language="en")
    page = admin.text_of("/admin/jobs")
    for words in ("Background jobs", "Import of cases 7", "Stopped", "Retry"):
        assert words in page


def test_doing_it_again_begins_at_once_and_is_recorded(world, monkeypatch):
    """Seen to fail without `wake`, and without the attempts set back (it was set aside at once)."""
    ran: list[int] = []
    monkeypatch.setattr(Caretaker, "tick", lambda _self: ran.append(1))
    job, admin = set_aside(world, key="a"), world.client("admin")
    answer = admin.post_form(f"/admin/jobs/{job}/retry")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/jobs")
    assert (ran, ids(world)) == ([1], set())
    assert "自動処理の再実行" in admin.text_of("/admin/audit")
    assert admin.post_form(f"/admin/jobs/{job}/retry").status_code == 404


def test_beside_one_that_waits_it_is_that_one(world, monkeypatch):
    """Seen to fail without the savepoint in `retry_job` (503), and without the time of the other."""
    ran: list[int] = []
    monkeypatch.setattr(Caretaker, "tick", lambda _self: ran.append(1))
    aside = set_aside(world, key="a")
    put(world, key="a")
    world.client("admin").post_form(f"/admin/jobs/{aside}/retry")
    assert (ran, ids(world)) == ([1], set())


def test_what_is_under_way_or_never_failed_is_left_alone(world):
    """Seen to fail without either question in `retry_job`."""
    busy = put(world, attempts=2, last_error="x", lease="w", lease_until=utc_now() + timedelta(minutes=1))
    waiting = put(world, key="b")
    for job in (busy, waiting, 999_999):
        assert world.client("admin").post_form(f"/admin/jobs/{job}/retry").status_code == 404


def test_the_list_says_that_there_is_more_and_shows_it(world, monkeypatch):
    monkeypatch.setattr("hub.jobs.queries.MOST_FAILED", 2)
    monkeypatch.setattr("hub.jobs.routes.MOST_FAILED", 2)
    for n in range(3):
        set_aside(world, key=f"鍵{n}")
    page = world.client("admin").get("/admin/jobs").text
    assert ("鍵2" in page, "鍵0" in page, "/admin/jobs?all=1" in page) == (True, False, True)
    assert "鍵0" in world.client("admin").text_of("/admin/jobs?all=1")


def test_the_monitor_sees_them(world, app):
    """Seen to fail with what waits for its time counted, and without `_Jobs` in the registry."""
    set_aside(world, key="a")
    put(world, key="later")
    put(world, key="due", run_at=utc_now() - timedelta(minutes=5))
    text = app.test_client().get("/metrics", environ_base=LOCAL).text
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("hub_jobs"))
    assert (found["hub_jobs_waiting"], found["hub_jobs_failed"], found["hub_jobs_under_way"]) == ("1.0", "1.0", "0.0")
    assert 299 < float(found["hub_jobs_oldest_seconds"]) < 330
    app.extensions["hub.jobs"].work_off()
    text = app.test_client().get("/metrics", environ_base=LOCAL).text
    assert 'hub_jobs_ended_total{kind="TendFiles",outcome="done"} 1.0' in text
    assert 'hub_job_seconds_total{kind="TendFiles"}' in text


def test_the_monitor_sees_what_the_index_has_not_taken_up(world, app):
    """Seen to fail without `_Standing` in the registry."""
    before = _standing(app)
    world.thread(world.room)
    assert float(_standing(app)['waiting{work="index"}']) > float(before['waiting{work="index"}'])


def test_the_monitor_sees_for_how_long_standing_work_is_behind(app):
    """Seen to fail when a step that failed counts as the end of the work."""
    outcomes = iter([True, False, HubError()])

    def step(_database):
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    progress, line = app.extensions["hub.jobs"].standing["index"], Standing("index", step, 1.0)
    work_off(line, app.extensions["hub.db"], progress)
    found = _standing(app)
    assert (found['steps_total{work="index"}'], found['behind_seconds{work="index"}']) == ("2.0", "0.0")
    with pytest.raises(HubError):
        work_off(line, app.extensions["hub.db"], progress)
    found = _standing(app)
    assert found['faults_total{work="index"}'] == "1.0"
    assert float(found['behind_seconds{work="index"}']) > 0
    assert float(found['seconds_total{work="index"}']) > 0


def _standing(app):
    text = app.test_client().get("/metrics", environ_base=LOCAL).text
    lines = [line for line in text.splitlines() if line.startswith("hub_standing_")]
    return dict(line.removeprefix("hub_standing_").rsplit(" ", 1) for line in lines)
