"""Posts of one person within a few minutes have one head."""

import pytest

from hub.threads.grouping import follows

FIRST = {"author": {"staff_id": "7", "name": "吉岡"}, "mark": None, "created_at": "2026-04-01T00:00:00.000+00:00"}


@pytest.mark.parametrize(
    ("changed", "is_one"),
    [
        ({"created_at": "2026-04-01T00:04:59.999+00:00"}, True),
        ({"created_at": "2026-04-01T00:05:00.000+00:00"}, False),
        ({"author": {"staff_id": "8", "name": "吉岡"}}, False),
        ({"author": {"staff_id": "7", "name": "上野村（佐々木）"}}, False),  # of a shared account somebody else
        ({"mark": "official"}, False),
    ],
)
def test_what_follows_needs_no_head(changed: dict[str, object], is_one: bool) -> None:
    assert follows({**FIRST, **changed}, FIRST) is is_one  # type: ignore[arg-type]
