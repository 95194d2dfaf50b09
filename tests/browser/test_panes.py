"""The panes fill the window: they scroll, the window does not."""

import pytest


@pytest.mark.parametrize("path", ["/rooms", "/threads/1"])
def test_the_window_itself_cannot_be_scrolled(person, path):
    """Texts for screen readers far down a long list once made the window scroll, and the keyboard scrolled it."""
    supporter = person("supporter", viewport={"width": 1440, "height": 500})
    supporter.goto(path)
    rooms = supporter.locator(".pane--rooms .pane__body")
    assert rooms.evaluate("pane => pane.scrollHeight > pane.clientHeight")
    assert supporter.evaluate("document.scrollingElement.scrollHeight") == 500
