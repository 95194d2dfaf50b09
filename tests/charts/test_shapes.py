"""Lengths and places of charts."""

import pytest

from hub.charts.bars import Bar, bars, share
from hub.charts.stacks import WIDTH, stack
from hub.charts.timeline import axis_of, when_of


def test_bars_are_as_long_as_their_figures() -> None:
    assert bars([("before", 32), ("after", 15)]) == [Bar("before", 100), Bar("after", 46.9)]
    assert bars([("before", 0), ("after", 0)]) == [Bar("before", 0), Bar("after", 0)]
    assert bars([("before", 1_000_000), ("after", 1)])[1].width > 1, "what is not nothing is seen"
    assert bars([]) == []
    assert share(93) == Bar("share", 93)


def test_stacks_can_be_compared_with_one_another() -> None:
    parts = stack({"trial": 3, "adopted": 0, "declined": 1}, 8)
    assert [(part.key, part.x, part.width) for part in parts] == [
        ("trial", 0, WIDTH * 3 / 8),
        ("declined", WIDTH * 3 / 8, WIDTH / 8),
    ]
    assert [part.lettered for part in stack({"trial": 1, "adopted": 999}, 1000)] == [False, True]
    assert stack({}, 0) == []


@pytest.mark.parametrize(
    ("text", "when"),
    [("2024-04", 2024.25), ("2024年1月", 2024), ("2021年度", 2021.25), ("2020", 2020), ("春", None), ("", None)],
)
def test_when_something_was(text: str, when: float | None) -> None:
    assert when_of(text) == when


def test_an_axis_has_room_for_its_years() -> None:
    axis = axis_of([2016.25, 2024.5], 100, 700)
    assert axis is not None
    assert (axis.x(2016), axis.x(2025)) == (100, 700)
    assert [tick.year for tick in axis.ticks] == [2016, 2018, 2020, 2022, 2024]
    assert axis_of([], 0, 1) is None
