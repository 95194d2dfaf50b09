"""Which things a karte holds, and what can be said of each."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["line", "text", "number", "choice"]

NETWORKS = ("alpha", "alpha2", "beta", "beta2", "other")
PROGRESS = ("not_started", "planned", "moving", "moved", "later", "none")
# The systems that the law on standardisation names, in its order.
SYSTEMS = (
    *("children_allowance", "childcare", "residents", "family_register", "register_tag", "seal", "elections"),
    *("property_tax", "personal_tax", "corporate_tax", "vehicle_tax", "single_parents", "livelihood"),
    *("disabled", "care", "health_insurance", "late_elderly", "pension", "schools", "health"),
)


@dataclass(frozen=True)
class Thing:
    """`choices` of a choice; `dated`: says as of which day and from which source."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    dated: bool = True


PROFILE = (
    Thing("population", "number"),
    Thing("core_system", "line"),
    Thing("core_vendor", "line"),
    Thing("network", "choice", NETWORKS),
    Thing("vendors", "text"),
    Thing("dx_section", "line"),
    Thing("dx_people", "number"),
)
STANDARD = Thing("standard", "choice", PROGRESS)  # of one of SYSTEMS
GOALS = Thing("goals", "text", dated=False)  # of a fiscal year
THINGS = {thing.name: thing for thing in (*PROFILE, STANDARD, GOALS)}
YEARS = range(2000, 2200)


def is_item(thing: Thing, item: str) -> bool:
    """Whether the thing is asked of this item, or, of a thing without any, that there is none."""
    if thing is STANDARD:
        return item in SYSTEMS
    if thing is GOALS:
        return len(item) == 4 and item.isascii() and item.isdigit() and int(item) in YEARS
    return item == ""
