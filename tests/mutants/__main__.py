"""`make mutants`: put faults into the hub one at a time, run the tests that reach them, print those that live.

python -m tests.mutants [--only hub/threads] [--kind guard,set] [--most 100 [--seed 7]] [--again]
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.mutants.accepted import stale
from tests.mutants.reach import KEPT, Learning, Reach, ever_learnt, learnt, unlearnt
from tests.mutants.ready import ReadyApp, conftest_of
from tests.mutants.report import line_of, table
from tests.mutants.sites import ROOT, Site, modules, sites_of
from tests.mutants.trial import Outcome, Trials

# What starts servers and browsers, asks nothing of a service, or is about two transactions of PostgreSQL.
APART = (
    "browser server text docs mutants suite feed/transport threads/test_two_t library/test_two_t "
    "test_architecture.py test_migrations.py test_translations.py test_assets.py test_plurals.py test_config.py "
    "security/test_language.py search/test_relevance.py"
).split()
QUIET = ["-q", "-s", "--no-header", "--no-summary", "--tb=no", "--timeout=0", "-o", "tmp_path_retention_policy=all"]
LIVED = KEPT / "lived.json"


class Run:
    """A plugin of pytest that in place of the collected tests runs the faults."""

    def __init__(self, sites: Sequence[Site], files: Sequence[Path], folder: Path) -> None:
        self.sites, self.files, self.folder = sites, files, folder
        self.outcomes: dict[Site, Outcome] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        reach = learnt(self.files)
        ready = ReadyApp(conftest_of(session), self.folder)
        self._warm_up(session, reach)
        ready.prepare()
        trials = Trials(session.items)
        for site in self.sites:
            outcome = self.outcomes[site] = trials.of(site, reach.tests_of(site))
            if outcome.fate == "killed":
                reach.note(site, outcome.test)
            if outcome.fate != "killed":
                print("\n" + line_of(site, outcome), end="", flush=True)
            else:
                print(".", end="", flush=True)
        reach.keep_noticed()
        return True

    def _warm_up(self, session: pytest.Session, reach: Reach) -> None:
        """Run some tests here, that statements and templates are compiled before a child needs them. Afterwards nothing
        is set up but what belongs to the session: a child goes on with any test."""
        cover = reach.cover({site.path for site in self.sites})
        warm = [item for item in session.items if item.nodeid in cover]
        for item in warm:
            elsewhere = next(other for other in session.items if other.path.parent != item.path.parent)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=elsewhere)


def main(arguments: Sequence[str]) -> None:
    options = _options(arguments)
    files = [file for file in sorted(ROOT.glob("tests/**/test_*.py")) if not _is_apart(file)]
    if (missing := unlearnt(files)) and not options.known:
        print(f"learning once what {len(missing)} files of tests reach", flush=True)
        learn = [sys.executable, "-m", "tests.mutants", "--learn", *map(str, missing)]
        subprocess.run(learn, cwd=ROOT, check=False)
    if options.known:
        files = ever_learnt(files)
    with TemporaryDirectory() as folder:
        run = Run(_chosen(options), files, Path(folder))
        pytest.main([*QUIET, f"--basetemp={folder}/tests", *map(str, files)], plugins=[run])
    print("\n" + "\n".join(table(run.outcomes)))
    for key in stale([site for path in modules() for site in sites_of(path)]):
        print("accepted, and no longer there:", *key)
    LIVED.write_text(json.dumps([site.key for site, outcome in run.outcomes.items() if outcome.fate != "killed"]))
    os._exit(0)  # nothing is left to be torn down


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="hub", help="a folder or file")
    parser.add_argument("--kind", help="guard, call, set, filter, operand, bound; several with commas")
    parser.add_argument("--most", type=int, help="so many of them, by chance")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--known", action="store_true", help="learn nothing anew: only tests whose reach is known")
    parser.add_argument("--again", action="store_true", help="those that lived last time")
    return parser.parse_args(arguments)


def _is_apart(file: Path) -> bool:
    return str(file.relative_to(ROOT / "tests")).startswith(tuple(APART))


def _chosen(options: argparse.Namespace) -> list[Site]:
    wanted = [
        path for name in options.only.split(",") for path in modules() if f"{path}/".startswith(name.rstrip("/") + "/")
    ]
    sites = [site for path in wanted for site in sites_of(path)]
    if options.kind:
        sites = [site for site in sites if site.kind in options.kind.split(",")]
    if options.again:
        before = {tuple(key) for key in json.loads(LIVED.read_text())}
        sites = [site for site in sites if site.key in before]
    if options.most is not None and options.most < len(sites):
        print(f"{options.most} of {len(sites)} faults, seed {options.seed}")
        sites = random.Random(options.seed).sample(sites, options.most)
    return sites


if __name__ == "__main__":
    if sys.argv[1:2] == ["--learn"]:
        pytest.main(["-q", "--no-header", "--no-summary", *sys.argv[2:]], plugins=[Learning()])
    else:
        main(sys.argv[1:])
