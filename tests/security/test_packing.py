"""Pages go packed, unless another site had a hand in the request: the length would tell whether its guess is right."""

import gzip

import pytest
from flask import Flask, Response

from hub.security import packing
from hub.security.packing import LEAST_BYTES

TAKES_IT = {"Accept-Encoding": "gzip, deflate"}


def test_a_page_goes_packed_to_whoever_takes_it_so(client_of):
    browser = client_of("officer")
    plain, short = browser.get("/"), browser.get("/", headers=TAKES_IT)
    assert "Content-Encoding" not in plain.headers
    assert short.headers["Content-Encoding"] == "gzip"
    assert int(short.headers["Content-Length"]) == len(short.data) < len(plain.data) / 3
    assert b"</html>" in gzip.decompress(short.data)
    for answer in (plain, short):
        assert {"accept-encoding", "sec-fetch-site"} <= set(answer.vary.as_set())


@pytest.mark.parametrize(
    ("media_type", "length", "is_packed"),
    [
        ("application/json", LEAST_BYTES, True),
        ("application/json", LEAST_BYTES - 1, False),
        ("text/csv", LEAST_BYTES, True),
        ("image/png", LEAST_BYTES, False),
        ("application/zip", LEAST_BYTES, False),
    ],
)
def test_what_is_packed_is_text_and_long_enough(media_type, length, is_packed):
    app = Flask("small")
    packing.install(app)
    app.add_url_rule("/", view_func=lambda: Response(b"1" * length, mimetype=media_type))
    answer = app.test_client().get("/", headers=TAKES_IT)
    assert ("Content-Encoding" in answer.headers) is is_packed
    assert len(gzip.decompress(answer.data) if is_packed else answer.data) == length


@pytest.mark.parametrize(
    ("scheme", "site", "is_packed"),
    [
        ("https", "same-origin", True),
        ("https", "none", True),  # typed, or from the bookmarks
        ("https", "same-site", False),  # a neighbour under the same domain
        ("https", "cross-site", False),
        ("https", "", False),  # a browser that does not tell
        ("http", "", True),  # who listens reads it as it is
        ("http", "cross-site", False),  # in front of us it may be TLS
    ],
)
def test_what_another_site_asked_for_is_not_packed(client_of, scheme, site, is_packed):
    browser = client_of("officer")
    headers = TAKES_IT | ({"Sec-Fetch-Site": site} if site else {})
    answer = browser.get("/search?q=abc", headers=headers, base_url=f"{scheme}://localhost")
    assert ("Content-Encoding" in answer.headers) is is_packed


def test_a_long_page_is_packed_beside_the_loop(client_of, monkeypatch):
    beside = []
    browser = client_of("officer")
    browser.get("/")  # that somebody was there is written beside the loop, once a minute
    monkeypatch.setattr(packing.pool, "run", lambda work, *args: beside.append(work) or work(*args))
    browser.get("/", headers=TAKES_IT)
    assert beside == []
    monkeypatch.setattr(packing, "INLINE_BYTES", 100)
    browser.get("/", headers=TAKES_IT)
    assert beside == [packing.packed]


def test_files_go_as_they_are(client_of):
    """They have lengths of their own, and parts of them are asked for."""
    answer = client_of(None).get("/static/css/main.css", headers=TAKES_IT)
    assert "Content-Encoding" not in answer.headers
