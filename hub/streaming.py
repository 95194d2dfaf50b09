"""Long pages and files: made and sent piece by piece, so that whoever reads one keeps nobody waiting."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any

from flask import Response, get_flashed_messages, stream_template
from flask_wtf.csrf import generate_csrf

from hub import pool

PIECES = 60  # of a template, in one go
PART_BYTES = 65_536


def stream_page(template: str, **context: Any) -> Response:
    """Loops of the template that are not inside a macro are sent as they go on. What they go through may read from the
    database meanwhile."""
    # What changes the session comes before its cookie is written.
    get_flashed_messages(with_categories=True)
    generate_csrf()
    parts = _together(stream_template(template, **context))
    first = next(parts, "")  # a fault in the template is an error page as ever
    return Response(chain([first], parts), mimetype="text/html")


def _together(pieces: Iterable[str]) -> Iterator[str]:
    part: list[str] = []
    for piece in pieces:
        part.append(piece)
        if len(part) == PIECES:
            yield "".join(part)
            part.clear()
            pool.breathe()
    yield "".join(part)


def stream_file(file: IO[bytes], media_type: str) -> Response:
    """What stands in an open file, which is closed at the end."""

    def parts() -> Iterator[bytes]:
        with file:
            while part := pool.run(file.read, PART_BYTES):
                yield part

    response = Response(parts(), mimetype=media_type)
    response.call_on_close(file.close)
    response.headers["Cache-Control"] = "no-store"
    return response
