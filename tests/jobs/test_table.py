"""What runs by itself in the hub is done when it is due, by the functions that hub/job_table.py names."""

from datetime import timedelta

import pytest

from hub import clock
from hub.clock import utc_now
from hub.files.caretaker import Caretaker
from hub.job_table import TABLE
from hub.jobs.install import runner_of
from hub.retention.keeper import Keeper

MINUTE, HOUR = timedelta(seconds=65), timedelta(hours=1, seconds=5)


def ran_within(app, monkeypatch: pytest.MonkeyPatch, passed: timedelta) -> list[str]:
    ran: list[str] = []
    for owner, name in ((Caretaker, "tick"), (Caretaker, "sweep_orphans"), (Keeper, "tick")):
        monkeypatch.setattr(owner, name, lambda _self, said=f"{owner.__name__}.{name}": ran.append(said))
    runner = runner_of(app)
    runner._declare()
    now = utc_now() + passed
    clock.set_source(lambda: now)
    runner.work_off()
    return sorted(ran)


def test_files_are_looked_after_within_a_minute(app, monkeypatch):
    """Seen to fail without the line of each in either half of the table, and without what each function calls."""
    assert ran_within(app, monkeypatch, MINUTE) == ["Caretaker.tick"]


def test_the_folder_and_old_rows_are_looked_through_every_hour(app, monkeypatch):
    assert ran_within(app, monkeypatch, HOUR) == ["Caretaker.sweep_orphans", "Caretaker.tick", "Keeper.tick"]


def test_whatever_recurs_has_a_function():
    assert {line.name for line in TABLE.recurring} <= set(TABLE.by_name)
