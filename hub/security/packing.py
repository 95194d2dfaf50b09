"""Answers of text go packed by gzip, except where their length could tell a secret (docs/adr/0029)."""

import zlib

from flask import Flask, request
from werkzeug.wrappers import Response

from hub import pool

LEAST_BYTES = 1024
LEVEL = 6  # 226 KB in 3 ms; level 4 saves one of them and leaves a tenth more
INLINE_BYTES = 300_000  # longer ones in a thread: the loop waits for none of them over 5 ms
GZIP = 31  # for zlib: with the head and the end of gzip
TEXTS = {"application/json", "application/manifest+json", "image/svg+xml"}


def install(app: Flask) -> None:
    """To be called before whatever else looks at answers: the last to be asked is the first that was registered."""

    @app.after_request
    def pack(response: Response) -> Response:
        if not _is_text(response):
            return response
        response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
        if request.accept_encodings["gzip"] and is_asked_by_us():
            body = response.get_data()
            response.set_data(pool.run(packed, body) if len(body) > INLINE_BYTES else packed(body))
            response.content_encoding = "gzip"
        return response


def _is_text(response: Response) -> bool:
    """Whole answers that are long enough: not files, and not pages that are sent piece by piece."""
    return (
        ((response.mimetype or "").startswith("text/") or response.mimetype in TEXTS)
        and not response.direct_passthrough
        and not response.is_streamed
        and not response.content_encoding
        and (response.content_length or len(response.get_data())) >= LEAST_BYTES
    )


def is_asked_by_us() -> bool:
    """Whether no other site had a hand in this request: then nobody can put guesses into the answer beside the secrets
    in it and read from its length whether they are right. Browsers say so wherever the connection is secret; where it
    is not, everything can be read anyway."""
    site = request.headers.get("Sec-Fetch-Site")
    return site in ("same-origin", "none") if site else not request.is_secure


def packed(body: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return packer.compress(body) + packer.flush()
