"""From untrusted payloads to frozen commands: strict types, unknown keys refused, one clean error.

Socket events and the JSON twins parse with the same functions, so the two cannot drift apart.
"""

import json
from typing import Annotated, Any, TypeVar

from flask_babel import gettext as _
from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError, ValidationInfo

from hub.errors import ValidationFailed

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)

Command = TypeVar("Command")


def _number_of_id(value: object, info: ValidationInfo) -> int:
    if info.mode == "python" and type(value) is int:  # a command made by the hub itself
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    raise ValueError("an id is a string of digits")


# Ids are opaque strings outside and integers inside.
Id = Annotated[int, BeforeValidator(_number_of_id)]
ClientId = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# Far above every limit of a body, so that too long a text gets its own, kinder answer from the service.
Body = Annotated[str, StringConstraints(max_length=200_000)]

_adapters: dict[type, TypeAdapter[Any]] = {}


def parse(command: type[Command], payload: object) -> Command:
    """Raises ValidationFailed naming the fields that cannot be taken."""
    if not isinstance(payload, dict):
        raise ValidationFailed
    try:
        # Strict dataclasses take JSON, but no dict; the way through text costs microseconds.
        return _adapter(command).validate_json(json.dumps(payload))
    except (ValidationError, RecursionError) as fault:
        raise _refusal(fault) from None


def parse_strings(command: type[Command], payload: dict[str, str]) -> Command:
    """The same for a form, where a number is its digits and a switch is `1`. Raises ValidationFailed."""
    try:
        return _adapter(command).validate_strings(payload, strict=False)
    except ValidationError as fault:
        raise _refusal(fault) from None


def _adapter(command: type[Command]) -> TypeAdapter[Command]:
    if command not in _adapters:
        _adapters[command] = TypeAdapter(command)
    return _adapters[command]


def _refusal(fault: Exception) -> ValidationFailed:
    errors = fault.errors() if isinstance(fault, ValidationError) else []
    reasons = {str(e["loc"][0])[:60]: _reason(e["type"]) for e in errors if e["loc"]}
    return ValidationFailed(dict(sorted(reasons.items())))


def _reason(kind: str) -> str:
    if kind == "less_than_equal":
        return _("数が大きすぎます。")
    if kind.startswith("int_") or kind == "greater_than_equal":
        return _("0以上の整数で入力してください(1.5のような小数は使えません)。")
    return _("この項目の値は受け取れません。")


class StrictJson:
    """The socket's JSON: no NaN, no duplicate keys, no lone surrogates, and no exception from bad input, for an
    exception inside the library would cut the connection and fill the log."""

    @staticmethod
    def dumps(value: Any, **_kwargs: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def loads(text: str | bytes, **_kwargs: Any) -> Any:
        if text == "probe":  # Engine.IO's own word when a connection changes from polling to WebSocket
            return text
        try:
            value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
            json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate could be neither stored nor sent
        except (ValueError, RecursionError):
            return ["malformed", None]
        return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _value in pairs}) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(name)
