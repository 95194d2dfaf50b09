"""The errors that services raise. `hub/responses.py` is the one place that turns them into pages, JSON and acks."""

from collections.abc import Mapping
from typing import Any, ClassVar


class HubError(Exception):
    """Something that the person has to be told. `code` is the contract's; `message` is in the person's language
    already, or empty, and then the standard sentence for the code is used."""

    code: ClassVar[str] = "unavailable"
    status: ClassVar[int] = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross from one process to another with everything that they say, whatever `__init__` asks for."""
        return _without_init, (type(self), self.args), self.__dict__


def _without_init(kind: type[HubError], args: tuple[Any, ...]) -> HubError:
    return kind.__new__(kind, *args)


class NotFound(HubError):
    """Not there, or not yours: nobody can tell which."""

    code, status = "not_found", 404


class Forbidden(HubError):
    """The role as such may not do this (whatever the object). On the wire it is a `not_found` as well."""

    code, status = "not_found", 403


class SignedOut(HubError):
    """No sign-in, or one that has ended."""

    code, status = "signed_out", 401


class ValidationFailed(HubError):
    """Input that cannot be taken. `fields` maps the field's name to what is wrong with it."""

    code, status = "invalid", 422

    def __init__(self, fields: Mapping[str, str] | None = None, message: str = "") -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class Malformed(ValidationFailed):
    """Values of another kind than their fields take. What a form shows says so at the field; what it sends along by
    itself is no fault of the person who sent it."""


class Conflict(HubError):
    """Somebody was faster, or the same client_id came with other content."""

    code, status = "conflict", 409


class Closed(HubError):
    """The thread is locked or its room is archived."""

    code, status = "closed", 409


class TooLarge(HubError):
    code, status = "too_large", 413


class RateLimited(HubError):
    code, status = "rate_limited", 429

    def __init__(self, retry_after_s: float, message: str = "") -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Resync(HubError):
    """The cursor belongs to another life of the database, or to a part of the log that is gone."""

    code, status = "resync", 410


class Unavailable(HubError):
    """The database is busy or away; the same command may be sent again."""

    code, status = "unavailable", 503


class ImportFault(HubError):
    """What was wrong with a file, row by row, in words."""

    status = 422

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
