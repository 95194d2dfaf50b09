"""How a posting block is stored: which of the 8,192 slots of a block hold a term, and the term's mark in each.

Slots are two bytes each while they are few, one bit each when they are many. Nothing here knows the database."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import compress

SLOTS = 8_192  # of a block
BYTES = SLOTS // 8
FEW = 256
MOST_SINGLY = 40  # changes of a block that are put in one by one; for more it is taken apart
_BITS = [bytes((byte >> i) & 1 for i in range(8)) for byte in range(256)]


def pack(slots: list[int]) -> bytes:
    """Ascending slots of one block."""
    if len(slots) < FEW:
        return array("H", slots).tobytes()
    bits = bytearray(BYTES)
    for slot in slots:
        bits[slot >> 3] |= 1 << (slot & 7)
    return bytes(bits)


def unpack(data: bytes) -> "list[int] | array[int]":
    if len(data) == BYTES:
        return list(compress(range(SLOTS), b"".join(map(_BITS.__getitem__, data))))
    return array("H", data)


def set_bits(bits: bytearray, start: int, size: int, data: bytes) -> None:
    """Write a block, which has no slots behind `size` bytes, into a bit row, beginning at byte `start`."""
    if len(data) == BYTES:
        bits[start : start + size] = data[:size]
        return
    for slot in array("H", data):
        bits[start + (slot >> 3)] |= 1 << (slot & 7)


def count_set(data: bytes, part: bytes) -> int:
    """How many slots of a block are set in its part of a bit row."""
    if len(data) == BYTES:
        return (int.from_bytes(data, "little") & int.from_bytes(part, "little")).bit_count()
    return sum(part[slot >> 3] >> (slot & 7) & 1 for slot in array("H", data))


def merge(data: bytes, marks: bytes, changes: dict[int, int | None]) -> tuple[bytes, bytes]:
    """The block with some slots set to a mark or, where None, emptied."""
    if len(changes) > MOST_SINGLY:
        known = dict(zip(unpack(data), marks, strict=True))
        kept = [(slot, mark) for slot, mark in sorted((known | changes).items()) if mark is not None]
        return pack([slot for slot, _m in kept]), bytes(mark for _s, mark in kept)
    many, merged = len(data) == BYTES, bytearray(marks)
    slots: _Bits | _Few = _Bits(data) if many else _Few(data)
    for slot, mark in changes.items():
        at, held = slots.find(slot)
        if held or mark is not None:
            slots.put(slot, at, held, wanted=mark is not None)
            merged[at : at + held] = b"" if mark is None else bytes((mark,))
    packed = slots.data()
    if many != (len(merged) >= FEW):  # a posting that changes its form
        packed = pack(list(unpack(packed) if many else array("H", packed)))
    return packed, bytes(merged)


class _Few:
    """Slots of two bytes."""

    def __init__(self, data: bytes) -> None:
        self._slots = array("H", data)

    def find(self, slot: int) -> tuple[int, bool]:
        """How many slots stand before it, and whether it is held."""
        at = bisect_left(self._slots, slot)
        return at, at < len(self._slots) and self._slots[at] == slot

    def put(self, slot: int, at: int, held: bool, *, wanted: bool) -> None:
        self._slots[at : at + held] = array("H", (slot,) if wanted else ())

    def data(self) -> bytes:
        return self._slots.tobytes()


class _Bits:
    """Slots of one bit."""

    def __init__(self, data: bytes) -> None:
        self._bits = bytearray(data)

    def find(self, slot: int) -> tuple[int, bool]:
        byte, bit = slot >> 3, 1 << (slot & 7)
        before = int.from_bytes(self._bits[:byte], "little").bit_count() + (self._bits[byte] & (bit - 1)).bit_count()
        return before, bool(self._bits[byte] & bit)

    def put(self, slot: int, _at: int, _held: bool, *, wanted: bool) -> None:
        if wanted:
            self._bits[slot >> 3] |= 1 << (slot & 7)
        else:
            self._bits[slot >> 3] &= ~(1 << (slot & 7))

    def data(self) -> bytes:
        return bytes(self._bits)


def numbers(bits: int, length: int) -> Iterator[int]:
    """The places of the ones in a bit row of `length` bytes, ascending."""
    for at, byte in enumerate(bits.to_bytes(length, "little")):
        if byte:
            yield from compress(range(at * 8, at * 8 + 8), _BITS[byte])


def row_of(numbers: Iterable[int], length: int) -> int:
    """The bit row of `length` bytes with ones in these places."""
    row = bytearray(length)
    for number in numbers:
        row[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(row, "little")
