"""What puts a text into the hub and takes it out again, as people do: over HTTP, by the real routes."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask

from hub.tables import Base
from tests.factories import JSON, places_of
from tests.library.conftest import Library
from tests.search.finding import index

SECRET = "himitsuxqz"  # letters that JSON does not escape and that analysis leaves in one piece
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Way:
    """One way out. `put` fills `fills`, columns of the database; after `take`, by the endpoints `by`, nothing of it is
    left but in `kept`, for the reason that stands there. `made` are the things that were emptied: table -> id."""

    by: ClassVar[frozenset[str]]
    fills: ClassVar[frozenset[str]] = frozenset()
    kept: ClassVar[dict[str, str]] = {}

    def __init__(self, library: Library) -> None:
        self.library, self.world = library, library.world
        self.called: set[str] = set()
        self.made: dict[str, int] = {}

    def put(self) -> None:
        raise NotImplementedError

    def take(self) -> None:
        raise NotImplementedError

    def post(self, who: str, address: str, **fields: Any) -> Any:
        """As a program; notes which endpoint it was."""
        browser = self.world.client(who)
        answer = browser.post(address, json=fields, headers=JSON | {"X-CSRFToken": browser.csrf})
        return self._noted(address, answer)

    def form(self, who: str, address: str, **fields: Any) -> Any:
        return self._noted(address, self.world.client(who).post_form(address, **fields))

    def _noted(self, address: str, answer: Any) -> Any:
        assert answer.status_code < 400, (address, answer.status_code, answer.text[:300])
        app: Flask = self.world.app
        self.called.add(app.url_map.bind("localhost").match(address, "POST")[0])
        return answer

    def write(self, service: Callable[..., Any], who: str, command: Any) -> Any:
        return self.world.write(service, who, command)

    def upload(self, who: str = "officer", name: str = f"{SECRET}.pdf") -> int:
        return self.world.upload(who, PDF + f"% {SECRET}".encode(), name)

    def places(self) -> set[str]:
        """Where the secret stands now: columns, and the folder of files. What waits for the index is worked off."""
        index(self.world)
        with self.world.app.app_context():
            self.world.app.extensions["hub.caretaker"].collect()
        with self.world.store.read() as session:
            found = places_of(session, SECRET)
        files = self.world.app.extensions["hub.config"].files
        hidden = [path for path in files.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
        return found | ({"files"} if hidden else set())

    def pointing(self) -> set[str]:
        """Columns in which a foreign key names one of the things that were emptied."""
        found = set()
        with self.world.store.read() as session:
            for table in Base.metadata.sorted_tables:
                for key in table.foreign_keys:
                    id_ = self.made.get(key.column.table.name)
                    if id_ and session.execute(sa.select(key.parent).where(key.parent == id_)).first():
                        found.add(f"{table.name}.{key.parent.name}")
        return found


def file_of(text: str) -> tuple[BytesIO, str]:
    return BytesIO(text.encode()), "a.jsonl"
