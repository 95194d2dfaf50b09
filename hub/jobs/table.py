"""What the one table of jobs (hub/job_table.py) is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from hub.db import Database
from hub.jobs.calendar import Calendar
from hub.jobs.leasing import Lease

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Work:
    """`run(job, lease)` does a job of this kind, in the application's context and outside any transaction: each of
    its transactions is its own. It may be run again after whatever it has done but for what `lease.settle` went
    with. What is slow goes where it goes in a request: `read_apart`, `write_apart`, the pool."""

    kind: type[Any]
    run: Callable[[Any, Lease], None]
    words: object  # what it is called on the administrator's page; translated where it is shown

    @property
    def name(self) -> str:
        return self.kind.__name__


def work(kind: type[Kind], run: Callable[[Kind, Lease], None], words: object = "") -> Work:
    """A line of the table whose two halves fit."""
    return Work(kind, run, words)


@dataclass(frozen=True)
class Recurring:
    """`job` is done again and again, in one process at a time. It is never set aside: the calendar goes on."""

    job: Any
    calendar: Calendar

    @property
    def name(self) -> str:
        return type(self.job).__name__


@dataclass(frozen=True)
class Standing:
    """Work with a queue of its own that each commit may fill: `step` does some of it and says whether there may be
    more. It runs when woken and every `pause_s`; several processes at once must do no harm. `everywhere`: also in a
    process that leaves jobs to others. `gives_way`: it rests while many write in its process. `waiting`: how much is in
    its queue, for the monitor."""

    name: str
    step: Callable[[Database], bool]
    pause_s: float
    when_woken: Callable[[Callable[[], None]], None] | None = None
    together_s: float = 0.0  # what comes within so long is one step
    everywhere: bool = False
    gives_way: bool = False
    waiting: Callable[[Session], int] | None = None


@dataclass(frozen=True)
class JobTable:
    work: Sequence[Work] = ()
    recurring: Sequence[Recurring] = ()
    standing: Sequence[Standing] = ()
    by_name: dict[str, Work] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {line.name: line for line in self.work})
        assert len(self.by_name) == len(self.work)  # noqa: S101 - two kinds of one name would take each other's rows

    def calendar_of(self, name: str) -> Calendar | None:
        return next((line.calendar for line in self.recurring if line.name == name), None)
