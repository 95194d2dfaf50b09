"""Reading a form that may bring files: each part is opened only if the form has earned it, and whatever was opened is
closed again when the form does not come to its end.

As werkzeug's own parser, which opens a file for every part of every route and forgets them when it fails."""

import io
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

Fields = list[tuple[str, str]]
EVENTS_IN_A_TURN, TURN_S = 8, 0.001
OpenPart = Callable[[str, Fields], IO[bytes]]


class Nowhere(io.RawIOBase):
    """What nobody wants: keeps nothing of it."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        return 0

    def read(self, _size: int = -1) -> bytes:
        return b""


class Parts(MultiPartParser):
    """`stream_factory` is an OpenPart: it gets the name of a file and the fields that came before it."""

    def parse(self, stream: IO[bytes], boundary: bytes, content_length: int | None) -> Any:
        self.fields: Fields = []
        self.files: list[tuple[str, FileStorage]] = []
        self.part: Any = None  # that is under way
        self.open: Any = None
        limits = {"max_form_memory_size": self.max_form_memory_size, "max_parts": self.max_form_parts}
        decoder = MultipartDecoder(boundary, **limits)
        try:
            for turn, event in enumerate(self._events(decoder, stream)):
                self._take(event)
                if turn % EVENTS_IN_A_TURN == 0:  # others have theirs, however fast this one sends
                    time.sleep(TURN_S)
        except BaseException:
            self._close()
            raise
        return self.cls(self.fields), self.cls(self.files)

    def _events(self, decoder: MultipartDecoder, stream: IO[bytes]) -> Iterator[Any]:
        ended = False
        while not ended:
            data = stream.read(self.buffer_size)
            ended = not data
            decoder.receive_data(data or None)
            while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
                yield event

    def _take(self, event: Any) -> None:
        if isinstance(event, Field):
            self.part, self.open = event, io.BytesIO()
        elif isinstance(event, File):
            self.part, self.open = event, self.stream_factory(event.filename, self.fields)  # type: ignore[call-arg, arg-type]
        elif isinstance(event, Data):
            self._add(event)

    def _add(self, event: Data) -> None:
        self.open.write(event.data)
        if isinstance(self.part, Field):
            if self.max_form_memory_size is not None and self.open.tell() > self.max_form_memory_size:
                raise RequestEntityTooLarge
            if not event.more_data:
                charset = self.get_part_charset(self.part.headers)
                self.fields.append((self.part.name, self.open.getvalue().decode(charset, "replace")))
        elif not event.more_data:
            self.open.seek(0)
            given = FileStorage(self.open, self.part.filename, self.part.name, headers=self.part.headers)
            self.files.append((self.part.name, given))
            self.open = None

    def _close(self) -> None:
        if self.open is not None:
            self.open.close()
        for _name, file in self.files:
            file.close()


class PartsParser(FormDataParser):
    def _parse_multipart(self, stream: IO[bytes], _type: str, length: int | None, options: dict[str, str]) -> Any:
        parser = Parts(self.stream_factory, self.max_form_memory_size, self.cls, max_form_parts=self.max_form_parts)
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("Missing boundary")
        return stream, *parser.parse(stream, boundary, length)
