"""PDF from inside, in the process that is confined: scripts, programs that are started, files that are carried along.

Names are looked for wherever they stand, spelled in any way that a reader takes (`/J#61vaScript`), and in the object
streams, which are unpacked up to a limit. What is packed in a way that is not read here, or encrypted, cannot be told.
"""

import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from hub.confined.refusal import Refused

MOST_UNPACKED_BYTES = 128 * 1024 * 1024
PART_BYTES = 64 * 1024
HEAD_BYTES = 4096  # between the name of an object stream and its first byte
_ENDS = rb"(?=[\s\x00()<>\[\]{}/%]|$)"


def _name(text: str) -> bytes:
    """A name, each character as it is or as its number."""
    return b"/" + b"".join(b"(?:%s|#(?i:%02x))" % (re.escape(c.encode()), ord(c)) for c in text)


def _any_of(*names: str) -> re.Pattern[bytes]:
    return re.compile(b"(?:" + b"|".join(map(_name, names)) + b")" + _ENDS)


_ACTIVE = _any_of("JavaScript", "Launch", "RichMedia", "Rendition", "ImportData", "XFA", "GoToE")
_ATTACHED = _any_of("EmbeddedFile", "EmbeddedFiles", "FileAttachment")
_OBJECTS = _any_of("ObjStm")
_ENCRYPTED = _any_of("Encrypt")
_FILTER, _FLATE = _any_of("Filter", "F"), _any_of("FlateDecode", "Fl")
_OTHER = _any_of(
    "LZWDecode", "LZW", "ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "RunLengthDecode", "Crypt", "Predictor"
)
_STREAM = re.compile(rb"stream(?:\r\n|\n|\r)")


def look_into(path: str) -> Iterator[str]:
    """Nothing, when the file is as quiet as it looks. Raises Refused."""
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        _look_at(content)
        left = MOST_UNPACKED_BYTES
        for match in _OBJECTS.finditer(content):
            objects = _unpacked(content, match.start(), left)
            left -= len(objects)
            _look_at(objects)
    yield from ()


def _look_at(content: mmap.mmap | bytes) -> None:
    if _ACTIVE.search(content):
        raise Refused("active")
    if _ATTACHED.search(content):
        raise Refused("attached")


def _unpacked(content: mmap.mmap, at: int, left: int) -> bytes:
    """The object stream whose dictionary names itself there. Raises Refused when it cannot be read."""
    begin = _STREAM.search(content, at, at + HEAD_BYTES)
    if begin is None:
        raise Refused("two_in_one")  # filled up by nobody who has nothing to hide
    # The dictionary as a whole: what is packed may be said before its type is.
    head = content[max(content.rfind(b"obj", max(0, at - HEAD_BYTES), at), 0) : begin.start()]
    if _OTHER.search(head) or (_FILTER.search(head) and not _FLATE.search(head)):
        raise Refused("two_in_one")
    if not _FLATE.search(head):
        return b""  # it stands there as it is, and was looked at
    try:
        return _inflated(content, begin.end(), left)
    except zlib.error:
        raise Refused("encrypted" if _ENCRYPTED.search(content) else "broken") from None


def _inflated(content: mmap.mmap, at: int, left: int) -> bytes:
    unpacker, found = zlib.decompressobj(), bytearray()
    while not unpacker.eof and at < len(content):
        found += unpacker.decompress(content[at : at + PART_BYTES], left + 1 - len(found))
        if len(found) > left:
            raise Refused("bomb")
        at += PART_BYTES
    return bytes(found)
