"""Names in a text, found by the classes of words: who hides in an anonymous edition, where, and who is dealt with."""

from collections.abc import Iterator
from typing import Literal

from hub.sharing.finding.companies import companies_in
from hub.sharing.finding.facilities import facilities_in
from hub.sharing.finding.people import people_in
from hub.sharing.finding.places import addresses_in, is_somebody, towns_in
from hub.sharing.finding.shops import shops_in
from hub.sharing.finding.tokens import Line, lines_of
from hub.sharing.finding.villages import landmarks_in, villages_in

Named = tuple[Literal["name", "place", "company", "address"], int, int]


def names_in(text: str, common: frozenset[str] = frozenset()) -> Iterator[Named]:
    """Every name with its place, overlapping ones as well. `common`: places that everybody here has in common."""
    for line in lines_of(text):
        if line:
            yield from _of_line(line, common)


def _of_line(line: Line, common: frozenset[str]) -> Iterator[Named]:
    towns = list(towns_in(line, common))
    every = list(towns_in(line, frozenset()))
    for start, end in addresses_in(line, every):
        yield "address", start, end
    for places in (facilities_in, landmarks_in, villages_in):
        for start, end in places(line):
            yield "place", start, end
    for companies in (companies_in, shops_in):
        for start, end in companies(line):
            yield "company", start, end
    for start, end in people_in(line):
        yield "name", start, end
    for start, end in towns:
        index = line.starting_at(start)
        somebody = index is not None and line[index].end == end and is_somebody(line, index)
        yield "name" if somebody else "place", start, end
