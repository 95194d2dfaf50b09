"""The faults that may live, each with its reason."""

import tomllib
from pathlib import Path

from tests.mutants.sites import Site

LIST = Path(__file__).with_name("accepted.toml")
Key = tuple[str, str, str, str]


def accepted() -> dict[Key, str]:
    """Reasons by what they are about; the line is not part of it, since it moves."""
    found: dict[Key, str] = {}
    for entry in tomllib.loads(LIST.read_text()).get("lived", []):
        path, _, function = entry["at"].partition(":")
        for fault in entry["faults"]:
            kind, _, text = fault.partition(": ")
            found[path, function, kind, text] = entry["why"]
    return found


def stale(sites: list[Site]) -> list[Key]:
    """What is listed and no longer there."""
    there = {site.key for site in sites}
    return [key for key in accepted() if key not in there]
