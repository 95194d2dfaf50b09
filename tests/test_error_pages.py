"""Errors look like the rest of the hub, in both languages, and lead back; programs get JSON."""

import pytest
from flask import abort

from hub.security.requires import public

CODES = (400, 403, 404, 409, 410, 413, 422, 429, 500)


@pytest.fixture
def broken(app, client_of):
    """A route that fails as asked."""

    @public
    def fail(code: int):
        if code == 500:
            raise RuntimeError("secret detail")
        abort(code)

    app.add_url_rule("/fail/<int:code>", view_func=fail, endpoint="fail")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return client_of


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("language", "home"), [("ja", "ホームへ"), ("en", "To home")])
def test_every_error_has_a_page_with_a_way_back(broken, code, language, home):
    browser = broken("officer")
    browser.post_form("/language", language=language)
    page = browser.get(f"/fail/{code}")
    assert page.status_code == code
    assert f'<html lang="{language}">' in page.text
    assert home in page.text
    assert "secret detail" not in page.text
    assert page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("code", CODES)
def test_programs_get_json(broken, code):
    answer = broken("officer").get_json(f"/fail/{code}")
    assert answer.status_code == code
    assert answer.json["ok"] is False
    assert {"code", "message"} <= set(answer.json["error"])
    assert "secret detail" not in answer.text


def test_a_page_that_is_too_large(broken):
    browser = broken("officer")
    assert browser.post_form("/preview", body="x" * 3_000_000).status_code == 413


def test_the_page_of_nothing_for_a_stranger(broken):
    page = broken(None).get("/nowhere")
    assert page.status_code == 404
    assert "ページが見つかりません" in page.text
