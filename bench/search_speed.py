"""How fast search and suggestion answer: `python -m bench.search_speed [--documents 50000] [--audiences 40]
[--texts N]`, the last for so many different texts, again and again.

Invented documents in the words of the shipped synonyms, as frequent as words are (Zipf); the reader may read them all.
SQLite in a temporary folder, or with BENCH_DATABASE_URL an EMPTY PostgreSQL data base.
"""

import argparse
import dataclasses
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy.orm import Session

from hub.clock import in_japan
from hub.db import Database
from hub.installation import ensure_installation
from hub.migrations.runner import migrate
from hub.reading.reader import Reader
from hub.reading.registry import reading_of
from hub.search.corpus import Corpus
from hub.search.documents import Document, Prepared, facet_key, prepare
from hub.search.language import parse_query
from hub.search.matching import match
from hub.search.ranking import ask, rank
from hub.search.searching import find
from hub.search.similar import list_similar
from hub.search.store import batches, replace
from hub.search.synonyms import Synonyms, shipped_groups
from hub.security.actor import Actor
from hub.tables import Base

GLUE = (
    "について",
    "の手続きを",
    "は",
    "を確認して",
    "に必要な書類を",
    "の担当へ",
    "と",
    "が変わるときの",
    "を教えてください。",
)
QUERIES = 200
YEARS = timedelta(days=730)


class Writer:
    """Sentences whose words are as unevenly frequent as in life."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.words = [word for group in shipped_groups() for word in group]
        self.random.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.words))))

    def text(self, words: int) -> str:
        chosen = self.random.choices(self.words, cum_weights=self.weights, k=words)
        return "".join(f"{word}{self.random.choice(GLUE)}" for word in chosen)

    def documents(self, count: int, audiences: int) -> Iterator[Document]:
        start = datetime(2024, 4, 1, tzinfo=UTC)
        for n in range(count):
            kind = "consultation" if n % 10 == 0 else "message"
            title = self.text(4) if kind == "consultation" else ""
            room = 1 + n % audiences
            at = start + YEARS * n / count
            keys = (f"room:{room}", f"org:{room}", f"month:{in_japan(at):%Y-%m}")
            body = self.text(self.random.randint(5, 40))
            yield Document("bench", n, room, title, body, at, keys, shelf=kind)


def measure(label: str, work: Callable[[str], object], texts: list[str]) -> None:
    """By the clock, and of it the processor's time in this process (PostgreSQL's own is beside it)."""
    clock, processor = [], []
    for text in texts:
        begun, worked = time.perf_counter(), time.process_time()
        work(text)
        clock.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - worked) * 1000)
    shown = [f"p50 {sorted(t)[len(t) // 2]:6.1f}  p95 {sorted(t)[int(len(t) * 0.95)]:6.1f}" for t in (clock, processor)]
    print(f"{label:<26} clock {shown[0]} ms   processor {shown[1]} ms", flush=True)


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--audiences", type=int, default=40)
    parser.add_argument("--texts", type=int, default=0, help="so many different ones, again and again: sooner filled")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite3")
        migrate(database)
        run(database, args.documents, args.audiences, args.texts or args.documents)
        database.close()


def prepared_documents(writer: Writer, count: int, audiences: int, texts: int) -> Iterator[Prepared]:
    different = [prepare(document) for document in writer.documents(texts, audiences)]
    for n in range(count):
        same = different[n % texts]
        yield (
            same
            if n < texts
            else dataclasses.replace(
                same, document=dataclasses.replace(same.document, ref_id=n, audience_id=1 + n % audiences)
            )
        )


def run(database: Database, count: int, audiences: int, texts: int) -> None:
    writer, begun = Writer(), time.perf_counter()
    with database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name.startswith("search_"):
                session.execute(table.delete())
    for some in batches(prepared_documents(writer, count, audiences, texts), 4_000):
        with database.transaction() as session:
            replace(session, [], some)
    print(f"{count} documents on {database.engine.dialect.name}: {count / (time.perf_counter() - begun):.0f} a second")
    synonyms, readable = Synonyms(shipped_groups()), set(range(1, audiences + 1))
    kinds: dict[str, Callable[[Session, str], object]] = {
        "search, 2 words": lambda session, text: search(session, readable, synonyms, text),
        "search, a whole question": lambda session, text: search(session, readable, synonyms, text),
        "suggestion": lambda session, text: suggestion(session, readable, synonyms, text),
    }
    before = memory_mb()
    for label, work in kinds.items():
        texts = [
            " ".join(writer.text(1) for _n in range(2)) if "2" in label else writer.text(6) for _ in range(QUERIES)
        ]
        measure(label, lambda text, work=work: database.read_in_thread(lambda session: work(session, text)), texts)
    print(f"memory of this process     {before:.0f} MB before the searches, {memory_mb():.0f} MB after them")
    through_the_process(database, readable, writer)


def through_the_process(database: Database, readable: set[int], writer: Writer) -> None:
    """As a worker asks: the whole page's answer, over the sockets."""
    reader = Reader(database.engine.url.render_as_string(hide_password=False))
    with database.transaction() as session:
        version = ensure_installation(session).access_version  # of an actor of the moment
    audiences = frozenset(readable)
    actor = Actor(0, 0, 0, "", "officer", 0, "", "", "municipality", audience_ids=audiences, access_version=version)
    reader.ask(reading_of(list_similar), (actor, writer.text(6)), {})  # it starts
    for label, function, words in (("search", find, 2), ("question", find, 6), ("suggestion", list_similar, 6)):
        asked = reading_of(function)
        texts = [
            " ".join(writer.text(1) for _n in range(2)) if words == 2 else writer.text(words) for _ in range(QUERIES)
        ]
        measure(f"{label}, by the process", lambda text, asked=asked: reader.ask(asked, (actor, text), {}), texts)
    reader.close()


def search(session: Session, readable: set[int], synonyms: Synonyms, text: str) -> None:
    corpus, asked = Corpus(session, readable), ask(text, synonyms)
    hits = match(corpus, parse_query(text), asked)
    rank(corpus, asked, 200, hits or None)
    months = (f"month:{2024 + year}-{month:02}" for year in (0, 1) for month in range(1, 13))
    places = (f"{what}:{room}" for what in ("room", "org") for room in readable)
    ids = corpus.ids(map(facet_key, ("kind:consultation", "kind:message", *months, *places)))
    for bits in corpus.bits(set(ids.values()) - {0}).values():  # as the page counts its facets
        (bits & hits).bit_count()


def suggestion(session: Session, readable: set[int], synonyms: Synonyms, text: str) -> None:
    corpus = Corpus(session, readable)
    rank(corpus, ask(text, synonyms), 24, looked_at=60)


if __name__ == "__main__":
    main()
