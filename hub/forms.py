"""From a request to a frozen command: the HTTP twins take a form or JSON and end where a socket event does."""

import secrets
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from flask import Request, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from hub.errors import ValidationFailed
from hub.feed.payloads import parse, parse_strings

Command = TypeVar("Command")
# Fields with several values, which the routes take from the form themselves.
SEVERAL = frozenset({"attachment_ids", "new_organisations", "staff_ids"})


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


def _storable(value: Any) -> Any:
    """PostgreSQL takes no NUL, neither to store nor to compare with. Nobody sees it: it goes, as it does from the text
    of a message (`hub/text_chars.py`)."""
    return value.replace("\x00", "") if isinstance(value, str) else value


class PlainJson(DefaultJSONProvider):
    """A body that is nested without end is no JSON, as any other that cannot be read."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("too deep") from None


class _Storable(ImmutableMultiDict[str, str]):
    def __init__(self, pairs: Iterable[tuple[str, str]] | MultiDict[str, str] | None = None) -> None:
        given = pairs.items(multi=True) if isinstance(pairs, MultiDict) else pairs or ()
        super().__init__([(_storable(name), _storable(value)) for name, value in given])


class StorableRequest(Request):
    """A request whose address and form hold nothing that the database would not take."""

    parameter_storage_class = _Storable


def _is_creating(command: type[Any]) -> bool:
    return any(f.name == "client_id" for f in fields(command))


def _submitted(command: type[Any]) -> dict[str, Any]:
    """The form's values for the command's fields. What was left empty was not given, but for texts of a body."""
    names = {f.name for f in fields(command)} - SEVERAL
    given = {name: value for name, value in request.form.items() if name in names}
    return {name: value for name, value in given.items() if value or name == "body"}
