"""What a run has to say: each fault that lived as it is found, then the table."""

from collections import Counter
from collections.abc import Mapping

from tests.mutants.accepted import accepted
from tests.mutants.sites import Site
from tests.mutants.trial import Outcome


def package_of(site: Site) -> str:
    return "/".join(site.path.split("/")[:2])


def line_of(site: Site, outcome: Outcome) -> str:
    reason = accepted().get(site.key)
    what = f"accepted: {reason}" if reason else "no test comes here" if outcome.fate == "unreached" else "lived"
    if not reason and outcome.ran < outcome.of:
        what += f" ({outcome.ran} of {outcome.of} tests in the time)"
    return f"{site.path}:{site.line} {site.function} [{site.kind}] {' '.join(site.text.split())}  -- {what}"


def table(outcomes: Mapping[Site, Outcome]) -> list[str]:
    """For each package and kind: faults, those noticed, those that lived, and of these the accepted ones."""
    reasons = accepted()
    rows = [f"{'':24}{'faults':>8}{'killed':>8}{'lived':>8}{'accepted':>10}"]
    for name_of in (package_of, lambda site: site.kind, lambda site: "all"):
        counted: dict[str, Counter[str]] = {}
        for site, outcome in outcomes.items():
            count = counted.setdefault(name_of(site), Counter())
            count["faults"] += 1
            count["killed" if outcome.fate == "killed" else "lived"] += 1
            count["accepted"] += outcome.fate != "killed" and site.key in reasons
        rows += [_row(name, counted[name]) for name in sorted(counted)]
    ran = sorted(outcome.ran for outcome in outcomes.values() if outcome.fate == "killed")
    if ran:
        rows.insert(0, f"{ran.count(1)} of {len(ran)} noticed by the first test, half within {ran[len(ran) // 2]}")
    return rows


def _row(name: str, count: Counter[str]) -> str:
    share = 100 * count["lived"] / count["faults"]
    figures = "".join(f"{count[part]:>8}" for part in ("faults", "killed", "lived"))
    return f"{name:24}{figures}{count['accepted']:>10}  {share:.1f} % live"
