"""The parser of WebSocket frames, by the cases of RFC 6455 and by arbitrary bytes. What is named without a file is in
hub/feed/transport/frames.py."""

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.frame_protocol import ParseFailed

from hub.feed.transport.frames import MOST_FRAGMENTS, Parser, made

MOST = 64 * 1024
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
KEY = b"\x01\x82\x43\xc4"


def sent(opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, bits: int = 0) -> bytes:
    """A frame as a client sends it."""
    first, mask = (0x80 if fin else 0) | bits | opcode, 0x80 if masked else 0
    if len(payload) < 126:
        head = bytes([first, mask | len(payload)])
    elif len(payload) < 65536:
        head = bytes([first, mask | 126]) + struct.pack("!H", len(payload))
    else:
        head = bytes([first, mask | 127]) + struct.pack("!Q", len(payload))
    body = bytes(b ^ KEY[i % 4] for i, b in enumerate(payload)) if masked else payload
    return head + (KEY if masked else b"") + body


def read(data: bytes, parser: Parser | None = None) -> list[tuple[int, object]]:
    return [found for found in (parser or Parser(MOST)).feed(data) if found]


def code_of(data: bytes) -> int:
    with pytest.raises(ParseFailed) as refusal:
        read(data)
    return int(refusal.value.code)


def test_a_message_in_one_frame_and_in_fragments() -> None:
    """Seen to fail with the last part instead of all of them in `Parser.feed`."""
    assert read(sent(TEXT, "相談".encode())) == [(TEXT, "相談")]
    parts = sent(TEXT, "相".encode()[:2], fin=False) + sent(CONTINUATION, "相談".encode()[2:])
    assert read(parts) == [(TEXT, "相談")]  # a character may be cut in two
    assert read(sent(BINARY, b"\xff", fin=False) + sent(CONTINUATION, b"\x00")) == [(BINARY, b"\xff\x00")]
    assert read(sent(TEXT)) == [(TEXT, "")]


def test_control_frames_come_through_between_fragments() -> None:
    """Seen to fail without the branch of control frames in `Parser.feed`: the ping became a part of the message."""
    data = sent(TEXT, b"a", fin=False) + sent(PING, b"hi") + sent(CONTINUATION, b"b") + sent(PONG)
    assert read(data) == [(PING, b"hi"), (TEXT, "ab"), (PONG, b"")]


@pytest.mark.parametrize(
    "data",
    [
        sent(TEXT, b"a", masked=False),
        sent(TEXT, b"a", bits=0x40),  # what permessage-deflate would send
        sent(TEXT, b"a", bits=0x10),
        sent(3, b"a"),
        sent(11, b"a"),
        sent(CONTINUATION, b"a"),
        sent(TEXT, b"a", fin=False) + sent(TEXT, b"b"),
        sent(PING, b"a", fin=False),
        sent(PING, b"a" * 126),
        sent(CLOSE, b"\x03"),
        sent(CLOSE, struct.pack("!H", 999)),
        sent(CLOSE, struct.pack("!H", 1005)),
        sent(CLOSE, struct.pack("!H", 2999)),
        b"\x81\xfe\x00\x05" + KEY,  # two bytes of length where one would do
        b"\x81\xff" + struct.pack("!Q", 1 << 63),
    ],
    ids=lambda data: data[:6].hex(),
)
def test_what_breaks_the_protocol_is_refused(data: bytes) -> None:
    """Seen to fail without the base's own `extension_processing` in `_Decoder`'s (reserved bits were taken), and with
    the decoder of a client (a frame without mask was). All else wsproto refuses, whose release test_mount.py holds."""
    assert code_of(data) == 1002


def test_text_that_is_no_utf_8_is_refused() -> None:
    """Seen to fail with wsproto reading text as Latin-1, where every byte is a character."""
    assert code_of(sent(TEXT, b"\xff")) == 1007
    assert code_of(sent(TEXT, b"\xe7", fin=False) + sent(CONTINUATION, b"a")) == 1007
    assert code_of(sent(TEXT, "相".encode()[:2])) == 1007  # ends in the middle of a character
    assert code_of(sent(CLOSE, struct.pack("!H", 1000) + b"\xff")) == 1007


def test_too_much_is_refused_by_the_header_alone() -> None:
    """Seen to fail with the base's own decoder in `Parser` (it reads on, waiting for the payload), without the limit of
    bytes in `_Decoder`, with the last frame's bytes instead of their sum, and where a ping began the sum anew."""
    assert code_of(b"\x81\xff" + struct.pack("!Q", 1 << 30) + KEY) == 1009
    begin = sent(TEXT, b"a" * MOST, fin=False)
    assert code_of(begin + b"\x80\x81") == 1009
    assert code_of(begin + sent(PING) + b"\x80\x81") == 1009
    assert read(sent(TEXT, b"a" * MOST)) == [(TEXT, "a" * MOST)]


def test_too_many_fragments_are_refused() -> None:
    """Seen to fail without the limit of fragments in `_Decoder`, and where a ping began the count anew."""
    begin = sent(TEXT, fin=False) + sent(CONTINUATION, fin=False) * (MOST_FRAGMENTS - 1)
    assert read(begin + sent(PING)) == [(PING, b"")]
    assert code_of(begin + sent(CONTINUATION)) == 1009
    assert code_of(begin + sent(PING) + sent(CONTINUATION)) == 1009


def test_the_limit_is_one_message_s() -> None:
    """Seen to fail where a new message did not begin sum and count anew."""
    assert len(read(sent(TEXT, b"a" * MOST) * 3)) == 3


def test_what_is_unfinished_is_known() -> None:
    """Seen to fail without each of the three parts of `Parser.unfinished`, with `_parts` kept beyond their message, and
    without `_Decoder.parse_header`: each piece of a frame came as a fragment."""
    parser = Parser(MOST)
    whole = sent(TEXT, b"abc")
    for end in range(1, len(whole)):
        parser = Parser(MOST)
        assert list(parser.feed(whole[:end])) == []  # not even the sign of a fragment: those are counted
        assert parser.unfinished
    assert read(whole[end:], parser) == [(TEXT, "abc")]
    assert not parser.unfinished
    assert read(sent(TEXT, b"a", fin=False), parser) == []
    assert parser.unfinished


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536])
def test_frames_for_clients(length: int) -> None:
    """Seen to fail with `made` of a client: its frames are masked."""
    assert made.send_data("a" * length) == sent(TEXT, b"a" * length, masked=False)
    assert made.close(1001) == b"\x88\x02\x03\xe9"


# Mostly right ones: after the first wrong one nothing more is read.
FRAMES = st.builds(
    sent,
    st.sampled_from([TEXT, TEXT, BINARY, *[CONTINUATION] * 3, PING, PONG, CLOSE, 3]),
    st.binary(max_size=200) | st.builds(bytes, st.integers(301, 900)),  # what the parser below takes, and too much
    fin=st.booleans(),
    masked=st.sampled_from([*[True] * 9, False]),
    bits=st.sampled_from([*[0] * 9, 0x40]),
)


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    yield from (data[a:b] for a, b in zip(edges, edges[1:], strict=False))


@given(st.lists(FRAMES, max_size=8), st.binary(max_size=40), st.lists(st.integers(0, 4000), max_size=8))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_comes_is_understood_or_refused_however_it_is_cut(
    frames: list[bytes], rest: bytes, cuts: list[int]
) -> None:
    """The same messages and the same refusal for the stream at once and in pieces; nothing else is ever raised. Seen to
    fail with a decoder that forgot what came before, and, by what it kept, without the limit of bytes in `_Decoder`."""

    def outcome(parts: Iterator[bytes]) -> tuple[list[tuple[int, object]], int | None]:
        parser, found = Parser(300), []
        try:
            for part in parts:
                for message in parser.feed(part):
                    if message:
                        found.append(message)
                    if message and message[0] == CLOSE:
                        return found, None  # nothing behind it is read: a link ends there
                assert len(parser._frame_decoder.buffer) <= 300 + 14
        except ParseFailed as refusal:
            return found, int(refusal.code)
        return found, None

    data = b"".join(frames) + rest
    assert outcome(iter([data])) == outcome(pieces(data, cuts))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5), st.lists(st.integers(0, 4000), max_size=12))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_was_sent_arrives(texts: list[str], cuts: list[int]) -> None:
    """Seen to fail with a decoder that forgot what came before."""
    parser, data = Parser(MOST), b"".join(sent(TEXT, text.encode()) for text in texts)
    assert [m for part in pieces(data, cuts) for m in read(part, parser)] == [(TEXT, text) for text in texts]
