"""The product's search as a retriever for a relevance benchmark: `class Hub` with `index(docs)` and `search(query, k)`.

Everything is the hub's own code on a database of its own: a SQLite file in a temporary folder, or with
BENCH_DATABASE_URL an EMPTY PostgreSQL database, whose tables are made and emptied. No outside synonyms.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import sqlalchemy as sa
from sqlalchemy.orm import Session

import hub.models  # noqa: F401 - every table, or those of search name tables that are not there
from bench.batches import batches
from hub.db import Database
from hub.installation import ensure_installation
from hub.migrations.runner import migrate
from hub.search.corpus import Corpus
from hub.search.documents import Document, meant, prepare
from hub.search.index_state import hold_state
from hub.search.meaning.encoder import encode, is_ready, model, pack
from hub.search.meaning.store import put
from hub.search.models import SearchDocument
from hub.search.ranking import ask, rank
from hub.search.store import replace
from hub.search.synonyms import Synonyms, shipped_groups
from hub.tables import Base

AUDIENCE = 1
SEARCH_TABLES = [t for t in Base.metadata.sorted_tables if t.name.startswith("search_")]


class Hub:
    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        url = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{self.folder.name}/bench.sqlite3"
        self.database = Database(url)
        migrate(self.database)
        with self.database.transaction() as session:
            ensure_installation(session)
            for table in SEARCH_TABLES:
                session.execute(table.delete())
        self.synonyms = Synonyms(shipped_groups())
        self.ids: list[str] = []

    def index(self, docs: Sequence[dict[str, Any]]) -> None:
        self.ids = [d["id"] for d in docs]
        now = datetime.now(UTC)
        rows = (
            Document("bench", n, AUDIENCE, d["title"], d["body"], now, meant=meant(d["title"], d["body"]))
            for n, d in enumerate(docs)
        )
        for some in batches(rows, 1_000):
            prepared = [prepare(document) for document in some]
            with self.database.transaction() as session:
                replace(session, [], prepared)
                if is_ready():
                    self._encode(session, [p.document for p in prepared])

    def _encode(self, session: Session, documents: Sequence[Document]) -> None:
        """What `meaning_step` does with documents whose originals are rows."""
        numbers = sa.select(SearchDocument).where(SearchDocument.ref_id.in_([d.ref_id for d in documents]))
        rows = {row.ref_id: row for row in session.scalars(numbers)}
        made = [(rows[d.ref_id], pack(encode(d.meant))) for d in documents]
        for row, _vectors in made:
            row.model = model()
        put(session, hold_state(session), made, datetime.now(UTC))

    def search(self, query: str, k: int) -> list[str]:
        with self.database.read() as session:
            corpus = Corpus(session, {AUDIENCE})
            ranked = rank(corpus, ask(query, self.synonyms), k)
            places = [corpus.place(r.number) for r in ranked]
            query = sa.select(SearchDocument.place, SearchDocument.ref_id).where(SearchDocument.place.in_(places))
            found = dict(session.execute(query).all())
            return [self.ids[found[place]] for place in places]

    def close(self) -> None:
        self.database.close()
        self.folder.cleanup()
