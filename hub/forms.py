"""From a request to a frozen command: the HTTP twins take a form or JSON and end where a socket event does."""

import secrets
from dataclasses import fields
from typing import Any, TypeVar, cast

from flask import request

from hub.errors import ValidationFailed
from hub.feed.payloads import parse, parse_strings

Command = TypeVar("Command")


def command_of(command: type[Command], **fixed: object) -> Command:
    """The submitted command. `fixed` comes from the address: it wins over a form, and JSON may only repeat it.

    Raises ValidationFailed naming the fields that cannot be taken.
    """
    known = {name: str(value) for name, value in fixed.items()}
    if not request.is_json:
        # The pages' own forms bring a client_id, so that one sent twice is one message; any other is one each time.
        made = {"client_id": secrets.token_urlsafe(16)} if _is_creating(command) else {}
        return parse_strings(command, made | _submitted(command) | known)
    body = request.get_json()
    if not isinstance(body, dict) or any(body.get(name, value) != value for name, value in known.items()):
        raise ValidationFailed
    return parse(command, {name: _storable(value) for name, value in body.items()} | known)


def typed_argument(name: str) -> str:
    """A text in the address, such as what is searched for; empty without one."""
    return cast(str, _storable(request.args.get(name, "")))


def _storable(value: Any) -> Any:
    """PostgreSQL takes no NUL, neither to store nor to compare with. Nobody sees it: it goes, as it does from the text
    of a message (`hub/text_chars.py`)."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def _is_creating(command: type[Any]) -> bool:
    return any(f.name == "client_id" for f in fields(command))


def _submitted(command: type[Any]) -> dict[str, Any]:
    """The form's values for the command's fields. What was left empty was not given, but for texts of a body."""
    names = {f.name for f in fields(command)} - {"attachment_ids"}  # several values: `hub/threads/composing.py`
    given = {name: _storable(value) for name, value in request.form.items() if name in names}
    return {name: value for name, value in given.items() if value or name == "body"}
