"""Services that take many commands at once (ADR 31). Called with one command they take a list of one."""

from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast

from sqlalchemy.orm import Session

from hub.actor import Actor

P = ParamSpec("P")
Found = TypeVar("Found")
Command = TypeVar("Command")
Result = TypeVar("Result")


class Later:
    """Not in this run: it comes after something of the same run, and has to be asked again in the next."""


LATER: Final = Later()


@dataclass(frozen=True)
class Asked(Generic[Command]):
    """One of many commands. `context` is that of whoever asks, with the language in which they are answered; None where
    it is the present one."""

    actor: Actor
    command: Command
    context: Context | None = field(default=None, compare=False)

    def run(self, work: Callable[P, Found], *args: P.args, **kwargs: P.kwargs) -> Found:
        """Call `work` as whoever asks would."""
        return work(*args, **kwargs) if self.context is None else self.context.run(work, *args, **kwargs)


# An outcome for each command: its result, the refusal that one alone would have met, or LATER. A refused one has
# written nothing, unless none of the run succeeded: then the run is undone. Of those that come first one is decided.
Many = Callable[[Session, Sequence[Asked[Command]]], Sequence[Result | Exception | Later]]
One = Callable[[Session, Actor, Command], Result]

_many: dict[Any, Any] = {}


def list_of_one(many: Many[Command, Result]) -> Callable[[One[Command, Result]], One[Command, Result]]:
    """Declares a service for a single command, which asks `many` for a list of one: `Database.write` puts together
    what waits of it."""

    def declare(one: One[Command, Result]) -> One[Command, Result]:
        _many[one] = many
        return one

    return declare


def only(outcomes: Sequence[Result | Exception | Later]) -> Result:
    """The result of a list of one. Raises what refused it."""
    (outcome,) = outcomes
    if isinstance(outcome, Exception):
        raise outcome
    return cast(Result, outcome)


def many_of(service: Any) -> Many[Any, Any] | None:
    """What `service` is a list of one of; None for a service that takes single commands only."""
    return cast(Mapping[Any, Many[Any, Any]], _many).get(service)
