"""Nobody is disturbed outside office hours: 8:30 to 17:15 in Japan, on working days."""

from datetime import UTC, datetime

import pytest

from hub import clock
from hub.clock import JAPAN, is_office_hour
from tests.town import Town


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-12-01T08:29:59", False),
        ("2026-12-01T08:30:00", True),
        ("2026-12-01T17:14:59", True),
        ("2026-12-01T17:15:00", False),
        ("2026-12-05T10:00:00", False),  # Saturday
        ("2026-11-23T10:00:00", False),  # 勤労感謝の日
        ("2026-12-29T10:00:00", False),
        ("2026-12-28T10:00:00", True),
    ],
)
def test_offices_are_open_on_working_days_by_the_clock_of_japan(town: Town, moment: str, *, open_: bool) -> None:
    there = datetime.fromisoformat(moment).replace(tzinfo=JAPAN)
    assert is_office_hour(there.astimezone(UTC)) == open_
    clock.set_source(lambda: there.astimezone(UTC))
    assert town.browser("officer").get("/inbox/count").json == {"count": 0, "quiet": not open_}


def test_the_profile_offers_notifications_that_name_nobody(town: Town) -> None:
    page = town.browser("officer").get("/profile").text
    assert 'name="desktop-use"' in page
    assert "投稿の内容や、書いた人の氏名は表示しません。" in page
