"""The figures of a quarter. Each is counted from turns and promises, and keeps the threads that it was counted from.

What each means stands in `wording.definitions`, beside the figures on their page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from hub.clock import in_japan
from hub.quarters.records import Asked, Span
from hub.quarters.spans import Quarter
from hub.threads.consultations.working_time import working_time, works

AGES = (5, 10, 20)  # working days; above the last one is a class of its own
COUNTED = ("asked", "answered", "open", "open_5", "open_10", "open_20", "open_over")
PROMISES = ("promised", "kept")
TIMES = ("first_answer_median", "first_answer_p90", "answering", "asking", "outside")
FIGURES = (*COUNTED[:2], *TIMES[:2], *TIMES[2:], *COUNTED[2:], *PROMISES)


@dataclass(frozen=True)
class Figure:
    """`value` is a number of consultations or promises, or for TIMES minutes of working time; None where there is
    nothing to say it of. `thread_ids`: what it was counted from."""

    value: int | None
    thread_ids: tuple[int, ...] = ()


Figures = Mapping[str, Figure]


def figures_of(asked: Sequence[Asked], quarter: Quarter, now: datetime) -> Figures:
    """By name, in the order of FIGURES. `now` ends a quarter that still goes on."""
    end = min(quarter.ends, now)
    answered = {one.thread_id: time for one in asked if (time := _first_answer(one, quarter)) is not None}
    waiting = {one.thread_id: _age(one, end) for one in asked if _is_open(one, end)}
    found = {
        "asked": _counted(one.thread_id for one in asked if quarter.begins <= one.turns[0].begin < quarter.ends),
        "answered": _counted(answered),
        "first_answer_median": _ranked(answered, 50),
        "first_answer_p90": _ranked(answered, 90),
        "answering": _spent(asked, quarter, end, lambda turn: turn.state == "open" and turn.side != "outside"),
        "asking": _spent(asked, quarter, end, lambda turn: turn.state == "answered" and turn.side != "outside"),
        "outside": _spent(asked, quarter, end, lambda turn: turn.side == "outside"),
        "open": _counted(waiting),
        **_by_age(waiting),
        **_promises(asked, quarter, in_japan(end).date()),
    }
    return {name: found[name] for name in FIGURES}


def _counted(thread_ids: Iterable[int]) -> Figure:
    ids = tuple(sorted(thread_ids))
    return Figure(len(ids), ids)


def _first_answer(one: Asked, quarter: Quarter) -> timedelta | None:
    """Working time until the first answer, without what was spent outside; None unless that came in this quarter."""
    came = next((turn.begin for turn in one.turns if turn.why == "answered"), None)
    if came is None or not quarter.begins <= came < quarter.ends:
        return None
    spans = [turn for turn in one.turns if turn.side not in (None, "outside") and turn.begin < came]
    return sum((working_time(turn.begin, min(turn.until or came, came)) for turn in spans), timedelta())


def _ranked(times: Mapping[int, timedelta], per_cent: int) -> Figure:
    """The nearest rank: the least time within which at least so many per cent were answered."""
    if not times:
        return Figure(None)
    ordered = sorted(times.values())
    return Figure(_minutes(ordered[ceil(len(ordered) * per_cent / 100) - 1]), tuple(sorted(times)))


def _spent(asked: Sequence[Asked], quarter: Quarter, end: datetime, which: Callable[[Span], bool]) -> Figure:
    times = {one.thread_id: _within(filter(which, one.turns), quarter.begins, end) for one in asked}
    some = tuple(thread_id for thread_id, time in times.items() if time)
    return Figure(_minutes(sum(times.values(), timedelta())), some)


def _within(turns: Iterable[Span], begin: datetime, end: datetime) -> timedelta:
    spans = ((max(turn.begin, begin), min(turn.until or end, end)) for turn in turns)
    return sum((working_time(*span) for span in spans), timedelta())


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds()) // 60


def _is_open(one: Asked, end: datetime) -> bool:
    """Waits for an answer at that moment; that of the end belongs to the next quarter."""
    return any(t.state == "open" and t.begin < end and (t.until is None or t.until >= end) for t in one.turns)


def _age(one: Asked, end: datetime) -> int:
    """Working days since it was asked, the day of the question not counted."""
    day, last, age = in_japan(one.turns[0].begin).date(), in_japan(end - timedelta(microseconds=1)).date(), 0
    while day < last:
        day += timedelta(days=1)
        age += works(day)
    return age


def _by_age(ages: Mapping[int, int]) -> dict[str, Figure]:
    found, least = {}, -1
    for most in AGES:
        found[f"open_{most}"] = _counted(id_ for id_, age in ages.items() if least < age <= most)
        least = most
    return found | {"open_over": _counted(id_ for id_, age in ages.items() if age > least)}


def _promises(asked: Sequence[Asked], quarter: Quarter, today: date) -> dict[str, Figure]:
    """Those whose day lies in the quarter and is decided: kept, late, or over without an answer. One that was replaced,
    withdrawn or overtaken by the end of the consultation was neither kept nor broken."""
    first, after = quarter.first_day, quarter.next.first_day
    due = [(one.thread_id, p) for one in asked for p in one.promises if first <= p.due_on < after]
    kept = [thread_id for thread_id, p in due if p.ended_as == "kept"]
    broken = [thread_id for thread_id, p in due if p.ended_as == "late" or (p.ended_as is None and p.due_on < today)]
    together = tuple(sorted({*kept, *broken}))
    return {"promised": Figure(len(kept) + len(broken), together), "kept": Figure(len(kept), tuple(sorted(set(kept))))}
