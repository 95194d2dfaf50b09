"""What the reading process may be asked for: the functions that are declared here by `@reading`, and no others."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Reading:
    """`limit_s`: computing for longer ends the process. `patience_s`: so long somebody waits for their turn and the
    answer together. `yields_s`: whoever comes up to so much later goes first.
    `newest_only`: a person (the first argument is the actor) waits for the newest of these alone."""

    name: str
    function: Callable[..., Any]
    limit_s: float
    patience_s: float
    yields_s: float
    newest_only: bool

    @property
    def is_of_actor(self) -> bool:
        """It reads for a person, who comes first: whoever calls it confirms them in the same transaction before."""
        return list(inspect.signature(self.function).parameters)[1:2] == ["actor"]

    def read(
        self, session: Any, confirm: Callable[[Any, Any], Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """The question may have waited, and the person's right may have ended meanwhile. Raises SignedOut."""
        if self.is_of_actor:
            args = (confirm(session, args[0]), *args[1:])
        return self.function(session, *args, **kwargs)


_declared: dict[str, Reading] = {}


def reading(
    *, limit_s: float = 10.0, patience_s: float = 40.0, yields_s: float = 0.0, newest_only: bool = False
) -> Callable[[Function], Function]:
    """Declare `function(session, …)`. It changes nothing, knows no request and no language, and what goes in and comes
    out is plain data, because it is pickled."""

    def declare(function: Function) -> Function:
        name = f"{function.__module__}.{function.__qualname__}"
        _declared[name] = Reading(name, function, limit_s, patience_s, yields_s, newest_only)
        return function

    return declare


def reading_of(function: Callable[..., Any]) -> Reading:
    """Raises LookupError for a function that was not declared, and for one that took the name of another."""
    found = reading_named(f"{function.__module__}.{function.__qualname__}")
    if found.function is not function:
        raise LookupError(f"{found.name} is not what was declared")
    return found


def reading_named(name: str) -> Reading:
    """Raises LookupError."""
    if name not in _declared:
        raise LookupError(f"{name} is not declared as a reading")
    return _declared[name]


def declared_names() -> set[str]:
    return set(_declared)
