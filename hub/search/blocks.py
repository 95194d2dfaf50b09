"""How a posting block is stored: which of the 8,192 slots of a block hold a term, and the term's mark in each.

Slots are two bytes each while they are few, one bit each when they are many. Nothing here knows the data base."""

from array import array
from collections.abc import Iterable, Iterator
from itertools import compress

SLOTS = 8_192  # of a block
BYTES = SLOTS // 8
FEW = 256
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


def set_bits(bits: bytearray, start: int, data: bytes) -> None:
    """Write a block into a bit row, beginning at byte `start`."""
    if len(data) == BYTES:
        bits[start : start + BYTES] = data
        return
    for slot in array("H", data):
        bits[start + (slot >> 3)] |= 1 << (slot & 7)


def merge(data: bytes, marks: bytes, changes: dict[int, int | None]) -> tuple[bytes, bytes]:
    """The block with some slots set to a mark or, where None, emptied."""
    slots = unpack(data)
    if slots and min(changes) > slots[-1] and None not in changes.values():
        merged: Iterable[tuple[int, int | None]] = (*zip(slots, marks, strict=True), *sorted(changes.items()))
    else:
        merged = sorted((dict(zip(slots, marks, strict=True)) | changes).items())
    kept = [(slot, mark) for slot, mark in merged if mark is not None]
    return pack([slot for slot, _m in kept]), bytes(mark for _s, mark in kept)


def numbers(bits: int, length: int) -> Iterator[int]:
    """The places of the ones in a bit row of `length` bytes, ascending."""
    for at, byte in enumerate(bits.to_bytes(length, "little")):
        if byte:
            yield from compress(range(at * 8, at * 8 + 8), _BITS[byte])
