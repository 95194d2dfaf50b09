"""期間 in searches: days begin and end at midnight in Japan, and what is no period is named."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import JAPAN
from hub.people.models import Posting
from tests.search.finding import found, index, titles

MOMENTS = {
    "三月の終わり": datetime(2025, 3, 31, 23, 59, 59, tzinfo=JAPAN),
    "四月の始め": datetime(2025, 4, 1, 0, 0, tzinfo=JAPAN),
    "十日の始め": datetime(2025, 4, 10, 0, 0, tzinfo=JAPAN),
    "十日の終わり": datetime(2025, 4, 10, 23, 59, 59, tzinfo=JAPAN),
    "十一日の始め": datetime(2025, 4, 11, 0, 0, tzinfo=JAPAN),
    "六月の終わり": datetime(2025, 6, 30, 23, 59, 59, tzinfo=JAPAN),
    "七月の始め": datetime(2025, 7, 1, 0, 0, tzinfo=JAPAN),
    "年度の終わり": datetime(2026, 3, 31, 23, 59, 59, tzinfo=JAPAN),
    "次の年度の始め": datetime(2026, 4, 1, 0, 0, tzinfo=JAPAN),
}
QUARTER = ["四月の始め", "十日の始め", "十日の終わり", "十一日の始め", "六月の終わり"]
FISCAL = [*QUARTER, "七月の始め", "年度の終わり"]
NINE_DAYS = ["四月の始め", "十日の始め", "十日の終わり"]
TENTH = ["十日の始め", "十日の終わり"]


@pytest.fixture
def dated(world):
    with world.store.transaction() as session:
        session.execute(sa.update(Posting).values(from_at=datetime(2025, 1, 1, tzinfo=UTC)))
    for title, at in MOMENTS.items():
        clock.set_source(lambda at=at: at.astimezone(UTC))
        world.thread(world.room, title=title, body="帳票の様式")
    clock.set_source(lambda: MOMENTS["次の年度の始め"].astimezone(UTC) + timedelta(days=1))
    index(world)
    return world


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("令和7年4月10日", TENTH),
        ("2025-04-10", TENTH),
        ("R7.4.10", TENTH),
        ("令和7年4月1日〜10日", NINE_DAYS),
        ("2025/4/1..2025/4/10", NINE_DAYS),
        ("R7.4.1-R7.4.10", NINE_DAYS),
        ("H37.4", ["四月の始め", "十日の始め", "十日の終わり", "十一日の始め"]),
        ("FY2025", FISCAL),
        ("今週", ["年度の終わり", "次の年度の始め"]),
        ("先週", []),
        ("直近2日", ["年度の終わり", "次の年度の始め"]),
        ("令和7年4月〜6月", QUARTER),
        ("2025年4月〜6月", QUARTER),
        ("R7.4.1〜R7.6.30", QUARTER),
        ("令和7年度", FISCAL),
        ("昨年度", FISCAL),
        ("2025年度", FISCAL),
        ("令和7年3月", ["三月の終わり"]),
        ("令和7年3月まで", ["三月の終わり"]),
        ("2026年4月以降", ["次の年度の始め"]),
        ("昨日", ["次の年度の始め"]),
        ("平成31年/令和元年", None),
        ("平成31年", []),
        ("令和元年度", []),
    ],
)
def test_a_day_is_one_in_japan(dated, period, expected):
    """Seen to fail with days and with months (hub/search/sources/conversations.py) that begin in UTC."""
    answer = found(dated, "officer", f"帳票 期間:{period}")
    if expected is None:
        assert ([f.value for f in answer.unknown], answer.total) == ([period], 0)
        return
    assert not answer.unknown
    assert set(titles(dated, "officer", f"帳票 期間:{period}")) == set(expected)
    assert set(titles(dated, "officer", f"帳票 -期間:{period}")) == MOMENTS.keys() - set(expected)


@pytest.mark.parametrize(
    "period", ["いつか", "9999-12-31", "0001-01-01", "2025-13", "令和0年", "令和7年6月〜4月", "〜"]
)
def test_what_is_no_period_is_named_on_the_page(dated, period):
    """Seen to fail with a fault (the last and the first day of all) without the limits of years in
    hub/search/period.py."""
    page = dated.client("officer").text_of(f"/search?q=帳票 期間:{period}")
    assert f"「{period}」は見つかりません" in page
    assert "該当なし" in page
