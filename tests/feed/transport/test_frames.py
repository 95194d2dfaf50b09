"""The parser of WebSocket frames, by the cases of RFC 6455 and by arbitrary bytes."""

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
    assert read(sent(TEXT, "相談".encode())) == [(TEXT, "相談")]
    parts = sent(TEXT, "相".encode()[:2], fin=False) + sent(CONTINUATION, "相談".encode()[2:])
    assert read(parts) == [(TEXT, "相談")]  # a character may be cut in two
    assert read(sent(BINARY, b"\xff", fin=False) + sent(CONTINUATION, b"\x00")) == [(BINARY, b"\xff\x00")]
    assert read(sent(TEXT)) == [(TEXT, "")]


def test_control_frames_come_through_between_fragments() -> None:
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
    assert code_of(data) == 1002


def test_text_that_is_no_utf_8_is_refused() -> None:
    assert code_of(sent(TEXT, b"\xff")) == 1007
    assert code_of(sent(TEXT, b"\xe7", fin=False) + sent(CONTINUATION, b"a")) == 1007
    assert code_of(sent(TEXT, "相".encode()[:2])) == 1007  # ends in the middle of a character
    assert code_of(sent(CLOSE, struct.pack("!H", 1000) + b"\xff")) == 1007


def test_too_much_is_refused_by_the_header_alone() -> None:
    """Without `extension_processing` of the decoder this reads on, waiting for the payload."""
    assert code_of(b"\x81\xff" + struct.pack("!Q", 1 << 30) + KEY) == 1009
    assert code_of(sent(TEXT, b"a" * MOST, fin=False) + b"\x80\x81") == 1009
    assert read(sent(TEXT, b"a" * MOST)) == [(TEXT, "a" * MOST)]


def test_too_many_fragments_are_refused() -> None:
    begin = sent(TEXT, fin=False) + sent(CONTINUATION, fin=False) * (MOST_FRAGMENTS - 1)
    assert read(begin + sent(PING)) == [(PING, b"")]
    assert code_of(begin + sent(CONTINUATION)) == 1009


def test_the_limit_is_one_message_s() -> None:
    assert len(read(sent(TEXT, b"a" * MOST) * 3)) == 3


def test_what_is_unfinished_is_known() -> None:
    parser = Parser(MOST)
    whole = sent(TEXT, b"abc")
    for end in range(1, len(whole)):
        parser = Parser(MOST)
        assert read(whole[:end], parser) == []
        assert parser.unfinished
    assert read(whole[end:], parser) == [(TEXT, "abc")]
    assert not parser.unfinished
    assert read(sent(TEXT, b"a", fin=False), parser) == []
    assert parser.unfinished


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536])
def test_frames_for_clients(length: int) -> None:
    assert made.send_data("a" * length) == sent(TEXT, b"a" * length, masked=False)
    assert made.close(1001) == b"\x88\x02\x03\xe9"


FRAMES = st.builds(
    sent,
    st.sampled_from([TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG, 3, 15]),
    st.binary(max_size=200),
    fin=st.booleans(),
    masked=st.sampled_from([True, True, True, False]),
    bits=st.sampled_from([0, 0, 0, 0x40]),
)


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    yield from (data[a:b] for a, b in zip(edges, edges[1:], strict=False))


@given(st.lists(FRAMES, max_size=8), st.binary(max_size=40), st.lists(st.integers(0, 4000), max_size=8))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_comes_is_understood_or_refused_however_it_is_cut(
    frames: list[bytes], rest: bytes, cuts: list[int]
) -> None:
    """The same messages and the same refusal for the stream at once and in pieces; nothing else is ever raised."""

    def outcome(parts: Iterator[bytes]) -> tuple[list[tuple[int, object]], int | None]:
        parser, found = Parser(300), []
        try:
            for part in parts:
                for message in parser.feed(part):
                    if message:
                        found.append(message)
        except ParseFailed as refusal:
            return found, int(refusal.code)
        assert len(parser._frame_decoder.buffer) <= 300 + 14
        return found, None

    data = b"".join(frames) + rest
    assert outcome(iter([data])) == outcome(pieces(data, cuts))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5), st.lists(st.integers(0, 4000), max_size=12))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_was_sent_arrives(texts: list[str], cuts: list[int]) -> None:
    parser, data = Parser(MOST), b"".join(sent(TEXT, text.encode()) for text in texts)
    assert [m for part in pieces(data, cuts) for m in read(part, parser)] == [(TEXT, text) for text in texts]
