"""Which tests reach which line: learnt by running each once, and kept beside the virtual environment for as long as its
file stays as it is.

Lines are kept relative to their function and with its fingerprint, so that they stay true when something else changes.
Of a function that has changed since, every test counts that came to it at all. Deleting `.venv/mutants` forgets it all.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from coverage import Coverage

from tests.mutants.sites import ROOT, Site, fingerprint, functions, modules

KEPT = ROOT / ".venv" / "mutants"
NOTICED = KEPT / "noticed.json"
FIRST = 3  # of those that noticed a fault of the same module before
WATCHING = tuple(f"tests/test_permissions_matrix.py::test_{what}[" for what in ("routes", "events"))
Lines = dict[str, list[int]]  # function and fingerprint: offsets


@dataclass
class Reach:
    seconds: dict[str, float] = field(default_factory=dict)
    exact: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    loose: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    whole: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    noticed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # by module

    def add(self, test: str, seconds: float, reached: Lines) -> None:
        self.seconds[test] = seconds
        for function, offsets in reached.items():
            self.whole[function].add(test)
            self.loose[function.rpartition(":")[0]].add(test)
            for offset in offsets:
                self.exact[function, offset].add(test)

    def tests_of(self, site: Site) -> list[str]:
        """First those that noticed faults of this module before; then, of what a success causes, the quickest line of
        the permission matrix that comes there, which knows all of it; then by `_ranked`."""
        ranked = self._ranked(site)
        before = [test for test, _times in self.noticed[site.path].most_common() if test in ranked]
        watching = [test for test in ranked if test.startswith(WATCHING)] if site.kind in ("call", "set") else []
        return list(dict.fromkeys([*before[:FIRST], *sorted(watching, key=self.seconds.__getitem__)[:1], *ranked]))

    def note(self, site: Site, test: str) -> None:
        self.noticed[site.path][test] += 1

    def keep_noticed(self) -> None:
        NOTICED.write_text(json.dumps(self.noticed))

    def _ranked(self, site: Site) -> list[str]:
        """First those that come to a line which few others reach, just behind the fault: where a guard refuses. Then
        those of the feature itself, the quickest first, of every test function one case before any has its second."""
        name = f"{site.path}:{site.function}"
        whole = f"{name}:{fingerprint(dict(functions(Path(site.path)))[site.function])}"
        found = self._reaching(whole, site) | (self.loose[name] - self.whole[whole])  # as it is, and as it was
        behind = [self.exact.get((whole, site.offset + lines), set()) for lines in range(4)]
        rare = set().union(*(tests for tests in behind if len(tests) <= len(found) / 10))
        own = site.path.split("/")[1].rstrip("s")
        cases: Counter[str] = Counter()
        ranked: list[tuple[int, int, str]] = []
        for test in sorted(found, key=lambda test: (test not in rare, own not in test, self.seconds[test], test)):
            kind = test.partition("[")[0]
            ranked.append((0 if test in rare else cases[kind], len(ranked), test))
            cases[kind] += test not in rare
        return [test for *_, test in sorted(ranked)]

    def cover(self, paths: set[str], most: int = 40) -> list[str]:
        """Some tests that together come to most functions of these modules."""
        wanted = {name: tests for name, tests in self.loose.items() if name.partition(":")[0] in paths}
        chosen: list[str] = []
        while wanted and len(chosen) < most:
            reached = Counter(test for tests in wanted.values() for test in tests)
            best = max(sorted(reached), key=lambda test: reached[test] / (1 + self.seconds[test]))
            chosen.append(best)
            wanted = {name: tests for name, tests in wanted.items() if best not in tests}
        return chosen

    def _reaching(self, whole: str, site: Site) -> set[str]:
        """Of a condition on a line of its own, which may never be asked, whoever comes to the nearest line before."""
        if site.kind in ("guard", "call", "set"):
            return self.exact[whole, site.offset]
        lines = (self.exact.get((whole, offset)) for offset in range(site.offset, -1, -1))
        return next((tests for tests in lines if tests), set())


def learnt(files: Iterable[Path]) -> Reach:
    """What is known of these files; of one that has changed since, what was known before."""
    reach = Reach()
    for file in files:
        for known in _newest(file):
            for test, (seconds, lines) in json.loads(known.read_text()).items():
                reach.add(test, seconds, lines)
    for path, tests in json.loads(NOTICED.read_text()).items() if NOTICED.exists() else ():
        reach.noticed[path].update(tests)
    return reach


def ever_learnt(files: Iterable[Path]) -> list[Path]:
    """Also those that have changed since."""
    return [file for file in files if _newest(file)]


def unlearnt(files: Iterable[Path]) -> list[Path]:
    return [file for file in files if not _kept(file).exists()]


def _newest(file: Path) -> list[Path]:
    """What is known of the file as it is, else what was known before."""
    kept = _kept(file)
    before = sorted(KEPT.glob(f"{kept.name.partition('-')[0]}-*"), key=lambda path: path.stat().st_mtime)
    return [kept] if kept.exists() else before[-1:]


def _kept(file: Path) -> Path:
    """Named by where the file is and by what it says."""
    parts = (str(file.relative_to(ROOT)).encode(), file.read_bytes())
    return KEPT / f"{'-'.join(sha256(part).hexdigest()[:16] for part in parts)}.json"


class Learning:
    """A plugin of pytest that notes for each test that passes what it reached and how long it took."""

    def __init__(self) -> None:
        self.spans = {str(ROOT / path): list(_spans(path)) for path in modules()}
        self.seconds: dict[str, float] = {}
        self.failed = False

    def pytest_collection_finish(self) -> None:
        self._listen()

    def _listen(self) -> None:
        self.coverage = Coverage(data_file=None, config_file=False, include=list(self.spans))
        self.coverage.start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[Any]:
        self.failed, begun = False, perf_counter()
        self.coverage.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            if not self.failed:
                self.seconds[item.nodeid] = round(perf_counter() - begun, 4)
            if nextitem is None or nextitem.path != item.path:
                self._keep(item.path)

    def _keep(self, file: Path) -> None:
        KEPT.mkdir(exist_ok=True)
        reached = self._reached()
        tests = {test: (seconds, reached.get(test, {})) for test, seconds in self.seconds.items()}
        _kept(file).write_text(json.dumps(tests))
        self.seconds = {}
        self._listen()

    def _reached(self) -> dict[str, Lines]:
        self.coverage.stop()
        data = self.coverage.get_data()
        reached: dict[str, Lines] = defaultdict(lambda: defaultdict(list))
        for path in data.measured_files():
            tests_of = data.contexts_by_lineno(path)
            for first, last, name in self.spans.get(path, []):
                for line in range(first + 1, last + 1):  # reaching the `def` itself, by an import, is no call
                    for test in tests_of.get(line, []):
                        reached[test][name].append(line - first)
        return reached


def _spans(path: str) -> Iterator[tuple[int, int, str]]:
    """First and last line of every function."""
    for name, function in functions(Path(path)):
        yield function.lineno, function.end_lineno or function.lineno, f"{path}:{name}:{fingerprint(function)}"
