"""Documents of several audiences as bits of one row, without gaps between the blocks."""

import pytest

from hub.search.blocks import FEW, SLOTS, numbers, pack, set_bits
from hub.search.numbering import Numbering
from hub.search.store import place_of

pytestmark = pytest.mark.once
NEXT_SLOTS = {3: 1, 7: 13, 8: SLOTS, 11: SLOTS + 300, 12: 3 * SLOTS - 1, 40: 8}


def test_every_place_has_a_number_of_its_own_and_leads_back() -> None:
    """Seen to fail with `bisect_left`, and with a block's size rounded down."""
    numbering = Numbering(NEXT_SLOTS.items())
    places = [place_of(audience, slot) for audience, many in NEXT_SLOTS.items() for slot in range(many)]
    found = [numbering.number(place) for place in places]
    assert found == sorted(set(found))
    assert [numbering.place(number) for number in found] == places
    assert found[-1] < numbering.length * 8 < len(places) + 8 * 9


@pytest.mark.parametrize("held", [5, FEW - 1, FEW, 290])
def test_a_block_leaves_its_neighbours_in_a_row_alone(held: int) -> None:
    """Seen to fail with the whole of a block's bits written, of which only the first have documents."""
    numbering = Numbering(NEXT_SLOTS.items())
    row = bytearray(b"\xff" * numbering.length)
    part = numbering.part(11, 1)
    row[part.start : part.start + part.size] = bytes(part.size)
    set_bits(row, part.start, part.size, pack(list(range(held))))
    of_part = range(part.start * 8, (part.start + part.size) * 8)
    there = set(numbers(int.from_bytes(row, "little"), numbering.length))
    assert len(row) == numbering.length
    assert there >= set(range(numbering.length * 8)) - set(of_part)
    assert there & set(of_part) == {numbering.number(place_of(11, SLOTS + slot)) for slot in range(held)}
