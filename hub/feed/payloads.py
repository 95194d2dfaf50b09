"""From untrusted payloads to frozen commands: strict types, unknown keys refused, one clean error.

Socket events and the JSON twins parse with the same functions, so the two cannot drift apart.
"""

import json
from typing import Annotated, Any, TypeVar

from flask_babel import gettext as _
from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError, ValidationInfo
from pydantic_core import to_json

from hub.errors import Malformed
from hub.ids import exact

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)

Command = TypeVar("Command")


def _number_of_id(value: object, info: ValidationInfo) -> int:
    if info.mode == "python" and type(value) is int:  # a command made by the hub itself
        return value
    if isinstance(value, str):
        return exact(value)
    raise ValueError("an id is a string of digits")


# Ids are opaque strings outside and integers inside.
Id = Annotated[int, BeforeValidator(_number_of_id)]
ClientId = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# Far above every limit of a body, so that too long a text gets its own, kinder answer from the service.
Body = Annotated[str, StringConstraints(max_length=200_000)]
Typed = Annotated[str, StringConstraints(max_length=20_000)]  # the same for what is shorter

_adapters: dict[type, TypeAdapter[Any]] = {}


def parse(command: type[Command], payload: object) -> Command:
    """Raises Malformed naming the fields that cannot be taken."""
    if not isinstance(payload, dict):
        raise Malformed
    try:
        # Strict dataclasses take JSON, but no dict; the way through text costs microseconds.
        return _adapter(command).validate_json(json.dumps(payload))
    except (ValidationError, RecursionError) as fault:
        raise _refusal(fault) from None


def parse_strings(command: type[Command], payload: dict[str, str]) -> Command:
    """The same for a form, where a number is its digits and a switch is `1`. Raises Malformed."""
    try:
        return _adapter(command).validate_strings(payload, strict=False)
    except ValidationError as fault:
        raise _refusal(fault) from None


def _adapter(command: type[Command]) -> TypeAdapter[Command]:
    if command not in _adapters:
        _adapters[command] = TypeAdapter(command)
    return _adapters[command]


def _refusal(fault: Exception) -> Malformed:
    errors = fault.errors() if isinstance(fault, ValidationError) else []
    reasons = {str(e["loc"][0])[:60]: _reason(e["type"], e.get("ctx", {})) for e in errors if e["loc"]}
    return Malformed(reasons)


def _reason(kind: str, context: dict[str, Any]) -> str:
    """What to do about a value that the type of its field does not allow."""
    if kind == "missing":
        return _("入力してください。")
    if kind == "string_too_long":
        return _("%(n)s文字以内で入力してください。", n=f"{context['max_length']:,}")
    if "-" in str(context.get("ge", context.get("le", ""))):  # the first or the last day that is taken
        return _("年を確認してください。2000年から2199年までの日付を入力できます。")
    if kind == "less_than_equal":
        return _("数が大きすぎます。桁を確認してください。")
    if kind.startswith("int_") or kind == "greater_than_equal":
        return _("0以上の整数で入力してください（1.5のような小数は使えません）。")
    if kind.startswith("date_"):
        return _("日付を、2026-04-01のように入力してください。")
    if kind in ("value_error", "literal_error") or kind.startswith("bool_"):
        return _("選び直してください。")
    return _("正しい形で入力し直してください。")


class StrictJson:
    """The socket's JSON: no NaN, no duplicate keys, no lone surrogates, and no exception from bad input, for an
    exception inside the library would cut the connection and fill the log."""

    @staticmethod
    def dumps(value: Any, **_kwargs: Any) -> str:
        return to_json(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_kwargs: Any) -> Any:
        if text == "probe":  # Engine.IO's own word when a connection changes from polling to WebSocket
            return text
        try:
            raw = text.encode() if isinstance(text, str) else text  # a lone surrogate could be neither stored nor sent
            value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
            if b"\\u" in raw:
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return ["malformed", None]
        return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _value in pairs}) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(name)
