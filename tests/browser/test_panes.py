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


def test_the_composer_is_one_line_until_something_is_written(person):
    supporter = person("supporter", viewport={"width": 1366, "height": 625})
    supporter.goto("/threads/1")
    composer = supporter.locator("#composer")
    field, plus = composer.locator("textarea"), composer.locator("[data-action=options]")
    assert field.bounding_box()["height"] == 44
    assert composer.bounding_box()["height"] <= 64
    field.click()
    assert field.bounding_box()["height"] > 80
    plus.click()
    composer.locator("[value=preview]").hover()
    supporter.mouse.down()
    assert field.bounding_box()["height"] > 80
    supporter.locator("#thread-title").hover()
    supporter.mouse.up()
    plus.click()
    supporter.locator("#thread-title").click()
    assert field.bounding_box()["height"] == 44
