"""Which parts of a form become files: of those who are signed in and have the token, on routes that take files, as many
as they take. Of all others nothing is opened, and nothing stays of a form that breaks off."""

import io
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from hub.files import receiving
from hub.files.vault import Vault
from tests.factories import Browser, World
from tests.files.conftest import PDF

BOUNDARY = "xxBOUNDARYxx"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every file that the vault opens for something on its way."""
    found: list[Any] = []
    incoming = Vault.incoming
    monkeypatch.setattr(Vault, "incoming", lambda self: found.append(incoming(self)) or found[-1])
    return found


def file_part(name: str = "file", filename: str = "手引.pdf") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return head.encode() + b"Content-Type: application/pdf\r\n\r\n" + PDF + b"\r\n"


def field(name: str, value: str) -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def post(browser: Browser, path: str, *parts: bytes, whole: bool = True, **headers: str) -> TestResponse:
    body = b"".join(parts) + (f"--{BOUNDARY}--\r\n".encode() if whole else b"")
    return browser.post(path, data=body, content_type=TYPE, headers=headers)


def left_over(world: World) -> list[Path]:
    return list((world.app.extensions["hub.vault"].root / "incoming").glob("*"))


def test_no_route_opens_a_file_for_a_stranger(world: World, opened: list[Any]) -> None:
    """Every one of them. Seen to fail with the parts of every form opened, as they used to be."""
    stranger = world.client(None)
    rules = [rule for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) > 50
    for rule in rules:
        address = rule.build(dict.fromkeys(rule.arguments, 1))
        assert address
        post(stranger, address[1], field("csrf_token", stranger.csrf), file_part())
    assert opened == []


def test_routes_that_take_no_files_open_none_for_anybody(world: World, opened: list[Any]) -> None:
    browser = world.client("officer")
    post(browser, "/me/language", field("csrf_token", browser.csrf), file_part())
    assert opened == []


@pytest.mark.parametrize(
    ("parts", "headers", "count"),
    [
        ([file_part()], {}, 0),
        ([file_part()], {"X-CSRFToken": "wrong"}, 0),
        ([file_part()], {"X-CSRFToken": "TOKEN"}, 1),
        ([field("csrf_token", "TOKEN"), file_part()], {}, 1),
        ([field("csrf_token", "wrong"), file_part()], {}, 0),
        ([file_part(), field("csrf_token", "TOKEN")], {}, 0),
        ([field("csrf_token", "TOKEN"), file_part(filename="")], {}, 0),
    ],
)
def test_the_token_comes_before_the_file(
    world: World, opened: list[Any], parts: list[bytes], headers: dict[str, str], count: int
) -> None:
    browser = world.client("officer")
    given = [part.replace(b"TOKEN", browser.csrf.encode()) for part in parts]
    post(browser, "/attachments", *given, **{name: v.replace("TOKEN", browser.csrf) for name, v in headers.items()})
    assert len(opened) == count


def test_a_form_with_more_files_than_anybody_means_is_refused_and_nothing_stays(
    world: World, opened: list[Any]
) -> None:
    browser = world.client("officer")
    many = [file_part(filename=f"{n}.pdf") for n in range(60)]
    answer = post(browser, f"/rooms/{world.room}/threads", field("csrf_token", browser.csrf), *many)
    assert answer.status_code == 413
    assert len(opened) == 11
    assert all(file.closed for file in opened)
    assert left_over(world) == []


def test_a_form_that_breaks_off_leaves_nothing_open(world: World, opened: list[Any]) -> None:
    """Seen to fail without `_close`: until the collector came by."""
    browser = world.client("officer")
    body = field("csrf_token", browser.csrf) + file_part() + file_part()

    class Broken(io.BytesIO):
        given = False

        def readinto(self, buffer: Any) -> int:
            if self.given:
                raise ConnectionResetError
            self.given = True
            buffer[: len(body)] = body
            return len(body)

    sent = Broken(body + bytes(1000))
    answer = browser.post(f"/rooms/{world.room}/threads", input_stream=sent, content_type=TYPE)
    assert (answer.status_code, answer.data) == (408, b"")
    assert len(opened) == 2
    assert all(file.closed for file in opened)
    assert left_over(world) == []


def test_a_form_in_small_parts_is_refused(world: World) -> None:
    """Seen to fail without MAX_FORM_PARTS: 1,000 were taken on every route."""
    stranger = world.client(None)
    assert post(stranger, "/login", *[field(f"f{n}", "x") for n in range(101)]).status_code == 413
    officer = world.client("officer")
    assert post(officer, "/attachments", *[field(f"f{n}", "x") for n in range(1_001)]).status_code == 413


def test_what_reads_a_file_says_so(world: World) -> None:
    """Whoever asks for `request.files` stands in ROUTES, else the file of the form would be empty without a word."""
    endpoints = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    assert set(receiving.ROUTES) <= endpoints
    assert set(receiving.SMALL) <= set(receiving.ROUTES)
