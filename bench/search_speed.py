"""How fast search and suggestion answer: `python -m bench.search_speed [--documents 50000] [--rooms 40] [--texts N]`,
the last for so many different texts, again and again.

Rooms full of invented consultations (`bench/consultations.py`), and a supporter who may read them all. Whole answers,
as a page gets them: found, narrowed, facets counted, originals read, excerpts cut; in this process, and asked of the
reading process. SQLite in a temporary folder, or with BENCH_DATABASE_URL an EMPTY PostgreSQL data base.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.consultations import Writer, fill, make_places
from hub.actor import Actor
from hub.db import Database
from hub.installation import ensure_installation
from hub.migrations.runner import migrate
from hub.reading.reader import Reader
from hub.reading.registry import reading_of
from hub.search.searching import Found, Hit, find
from hub.search.similar import list_similar
from hub.security.actors import actor_of_staff

QUERIES = 200
ASKED = (
    ("search, 2 words", find, lambda writer: f"{writer.text(1)} {writer.text(1)}"),
    ("search, a whole question", find, lambda writer: writer.text(6)),
    ("suggestion", list_similar, lambda writer: writer.text(6)),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--rooms", type=int, default=40)
    parser.add_argument("--texts", type=int, default=0, help="so many different ones, again and again: sooner filled")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite3")
        migrate(database)
        actor = filled(database, given.documents, given.rooms, given.texts)
        before = memory_mb()
        in_this_process(database, actor)
        print(f"memory of this process     {before:.0f} MB before the searches, {memory_mb():.0f} MB after them")
        by_the_reading_process(database, actor)
        database.close()


def filled(database: Database, count: int, rooms: int, texts: int) -> Actor:
    begun = time.perf_counter()
    with database.transaction() as session:
        ensure_installation(session)
        places, reader_id = make_places(session, rooms)
    fill(database, places, count, texts)
    print(f"{count} documents on {database.engine.dialect.name}: {count / (time.perf_counter() - begun):.0f} a second")
    with database.read() as session:
        return actor_of_staff(session, reader_id)


def in_this_process(database: Database, actor: Actor) -> None:
    for label, function, written in ASKED:
        texts = [written(writer) for writer in [Writer()] for _n in range(QUERIES)]
        measure(label, lambda text, f=function: database.read_in_thread(lambda session: f(session, actor, text)), texts)


def by_the_reading_process(database: Database, actor: Actor) -> None:
    reader = Reader(database.engine.url.render_as_string(hide_password=False))
    reader.ask(reading_of(find), (actor, Writer().text(6)), {})  # it starts
    for label, function, written in ASKED:
        writer, asked = Writer(), reading_of(function)
        texts = [written(writer) for _n in range(QUERIES)]
        measure(f"{label}, by the process", lambda text, a=asked: reader.ask(a, (actor, text), {}), texts)
    reader.close()


def measure(label: str, work: Callable[[str], Found | list[Hit]], texts: list[str]) -> None:
    """By the clock, and of it the processor's time in this process (PostgreSQL's own is beside it)."""
    clock, processor, shown = [], [], 0
    for text in texts:
        begun, worked = time.perf_counter(), time.process_time()
        answer = work(text)
        clock.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - worked) * 1000)
        hits = answer.hits if isinstance(answer, Found) else answer
        shown += any(hit.title.explains or hit.text.explains for hit in hits)
    assert shown > len(texts) // 2, f"{label}: {shown} of {len(texts)} answers showed anything"
    print(f"{label:<38} clock {spread(clock)} ms   processor {spread(processor)} ms   {shown} with marks", flush=True)


def spread(times: Sequence[float]) -> str:
    return f"p50 {sorted(times)[len(times) // 2]:6.1f}  p95 {sorted(times)[int(len(times) * 0.95)]:6.1f}"


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
