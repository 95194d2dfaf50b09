"""Changing a posting block, held against a dictionary of its slots."""

import random

import pytest

from hub.search.blocks import BYTES, FEW, MOST_SINGLY, SLOTS, count_set, merge, pack, row_of, unpack

pytestmark = pytest.mark.once


def block_of(known: dict[int, int]) -> tuple[bytes, bytes]:
    return pack(sorted(known)), bytes(known[slot] for slot in sorted(known))


@pytest.mark.parametrize("size", [0, 1, 5, FEW - 2, FEW - 1, FEW, FEW + 1, FEW + 2, 3_000, SLOTS])
@pytest.mark.parametrize("count", [1, 2, 5, MOST_SINGLY, MOST_SINGLY + 1, 600])
def test_changes_one_by_one_and_all_together_give_the_same(size: int, count: int) -> None:
    """Seen to fail without the change of form, and with `held` left out of the slice of the marks."""
    chance = random.Random(size * 1_000 + count)
    for _ in range(20):
        known = {slot: chance.randrange(256) for slot in chance.sample(range(SLOTS), size)}
        slots = chance.sample(range(SLOTS), count // 2) + chance.sample(sorted(known), min(size, count))
        changes = {slot: chance.choice([None, 0, 7, 255]) for slot in slots[:count]}
        after = {slot: mark for slot, mark in (known | changes).items() if mark is not None}
        assert merge(*block_of(known), changes) == block_of(after)


@pytest.mark.parametrize("size", [0, 1, FEW - 1, FEW, SLOTS])
def test_a_block_is_read_as_it_was_written(size: int) -> None:
    slots = sorted(random.Random(size).sample(range(SLOTS), size))
    assert list(unpack(pack(slots))) == slots
    assert (len(pack(slots)) == BYTES) == (size >= FEW)


@pytest.mark.parametrize("size", [0, 1, FEW - 1, FEW, SLOTS])
@pytest.mark.parametrize("marked", [0, 1, 3_000, SLOTS])
def test_slots_of_a_block_are_counted_in_a_row(size: int, marked: int) -> None:
    """Seen to fail with the bits of a byte taken from the other end."""
    slots, among = (set(random.Random(n).sample(range(SLOTS), n)) for n in (size, marked))
    row = row_of(among, BYTES).to_bytes(BYTES, "little")
    assert count_set(pack(sorted(slots)), row) == len(slots & among)
