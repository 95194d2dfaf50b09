"""A body that is nested without end is refused like any other that is no JSON."""

import pytest

from tests.factories import JSON, World


@pytest.mark.parametrize("path", ["/preview", "/drafts", "/search/similar", "ROOM"])
@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 50_000, '{"body":' + "[" * 50_000])
def test_deep_json_is_no_fault_of_the_hub(world: World, path: str, body: str) -> None:
    """Seen to fail before: 500 and a traceback."""
    browser = world.client("officer")
    address = f"/rooms/{world.room}/threads" if path == "ROOM" else path
    headers = {"X-CSRFToken": browser.csrf, **JSON}
    answer = browser.post(address, data=body, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 422), answer.status
    assert answer.json["error"]["code"] == "invalid"
