"""Days and months as people here write them."""

from datetime import date

import pytest

from hub.dates import day_of, month_of

DAYS = [
    "2024-04-01",
    "2024/4/1",
    "2024.4.1",
    "2024年4月1日",
    "2024年4月1日(月)",
    "R6.4.1",
    "令和6年4月1日",
    "２０２４／４／１",
]
DAYS += ["20240401", "2024-04-01 00:00:00", "2024-04-01T00:00:00Z", " 2024 年 4 月 1 日 "]


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_a_day_in_every_form(text):
    assert day_of(text) == date(2024, 4, 1)
    assert month_of(text) == "2024-04"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("平成元年10月", "1989-10"),
        ("H31.4", "2019-04"),
        ("S63.12", "1988-12"),
        ("Apr-24", "2024-04"),
        ("Dec-99", "1999-12"),
    ],
)
def test_eras_and_what_excel_makes_of_a_month(text, month):
    assert month_of(text) == month


@pytest.mark.parametrize(
    "text", ["", "2024", "R6", "4月", "4/1", "2024-13", "2024/2/30", "R6.4.31", "45383", "明日", "9" * 9999]
)
def test_what_is_no_day_is_none(text):
    with pytest.raises(ValueError):
        day_of(text)
