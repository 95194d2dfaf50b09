"""Kinds of what happens, and saying that one of them did.

A kind is a frozen dataclass in the past tense, in `happenings.py` beside the feature whose services say it. It carries
what followers need and cannot read any more at the end of the transaction; the rest they read. Who follows stands in
`hub/subscribers.py`, and nowhere else."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol

from sqlalchemy.orm import Session

KEY = "happenings"  # in session.info: what was said and has not been followed yet


class Doer(Protocol):
    """Who did it, as far as followers ask."""

    @property
    def staff_id(self) -> int: ...


@dataclass(frozen=True)
class Happening:
    """Something that a service has just done in this transaction."""


@dataclass(frozen=True, kw_only=True)
class Audited(Happening):
    """One that the audit record keeps: `action` on `subject`, with `detail` that names no text of anybody's.
    `organisation_id` is that of the organisation whose manager may read it; None = administrators alone."""

    action: ClassVar[str]
    organisation_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        raise NotImplementedError


class Said(NamedTuple):
    """`by` is the actor; None for what the command line and links did without anybody signed in."""

    by: Any
    what: Any


def happened(session: Session, by: Doer | None, what: Happening) -> None:
    """To be called in a write transaction, once for each thing that was done; its followers run at the end of it."""
    session.info.setdefault(KEY, []).append(Said(by, what))
