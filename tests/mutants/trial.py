"""One fault, and the tests that reach it, until one fails: each in a process of its own, forked from one that holds the
application, the collected tests and the filled database, so that nothing has to be made or cleared away for it."""

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from inspect import unwrap
from types import FunctionType
from typing import Any, Literal

import pytest
from _pytest.runner import call_and_report

from tests.mutants.sites import ROOT, Site, with_fault

HANGS_S = 60  # a test that takes so long hangs, and that is noticed as well
BUDGET_S = 15.0  # of the processor, for all tests of one fault

Fate = Literal["killed", "lived", "unreached"]


@dataclass(frozen=True)
class Outcome:
    fate: Fate
    test: str = ""  # that noticed it
    ran: int = 0
    of: int = 0


class Trials:
    """Runs faults against the collected tests, in processes that begin where this one stands."""

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        self.items = {item.nodeid: item for item in items}
        self.sound: dict[str, bool] = {}

    def of(self, site: Site, tests: Sequence[str]) -> Outcome:
        function, code = function_of(site), with_fault(site)
        known = [test for test in tests if test in self.items and self.sound.get(test, True)]
        begun = _spent_s()
        for number, test in enumerate(known, start=1):
            if self._fails(test, lambda: setattr(function, "__code__", code)) and self._is_sound(test):
                return Outcome("killed", test, number, len(known))
            if _spent_s() - begun > BUDGET_S:
                return Outcome("lived", "", number, len(known))
        return Outcome("lived" if known else "unreached", "", len(known), len(known))

    def _is_sound(self, test: str) -> bool:
        """Whether the test passes in such a process when nothing is wrong: else it tells nothing."""
        if test not in self.sound:
            self.sound[test] = not self._fails(test, lambda: None)
        return self.sound[test]

    def _fails(self, test: str, prepare: Callable[[], None]) -> bool:
        child = os.fork()
        if not child:
            _live(prepare, self.items[test])
        status = os.waitpid(child, 0)[1]
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what it started and left behind
        return status != 0


def _spent_s() -> float:
    """What the children took of the processor so far: on a busy machine the clock says little."""
    times = os.times()
    return times.children_user + times.children_system


def _live(prepare: Callable[[], None], item: pytest.Item) -> None:
    """The child's whole life; it never returns into the parent's code, and leaves without tidying up."""
    failed = True
    try:
        os.setpgid(0, 0)
        signal.alarm(HANGS_S)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        prepare()
        failed = _fails(item)
    finally:
        os._exit(failed)


def _fails(item: pytest.Item) -> bool:
    item._initrequest()  # type: ignore[attr-defined]
    steps: tuple[Literal["setup", "call"], ...] = ("setup", "call")
    return any(call_and_report(item, when, log=False).failed for when in steps)


def function_of(site: Site) -> FunctionType:
    """The function itself: with its code exchanged where it stands, whoever imported it by name has the fault too."""
    found: Any = import_module(site.path.removesuffix(".py").replace("/", "."))
    for name in site.function.split("."):
        found = vars(found)[name]
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)
    found = unwrap(found)
    if found.__code__.co_filename != str(ROOT / site.path):
        raise LookupError(site.function)
    return found
