"""How fast search and suggestion answer: `python -m bench.search_speed [--documents 50000] [--rooms 40] [--texts N]`,
the last for so many different texts, again and again.

Rooms full of invented consultations (`bench/consultations.py`), and a supporter who may read them all. Whole answers,
as a page gets them: found, narrowed, facets counted, originals read, excerpts cut; in this process, and asked of the
reading process; with what is meant and by words alone, in one run, so that one can be held against the other on a
machine that does something else too. SQLite in a temporary folder, or with BENCH_DATABASE_URL an EMPTY PostgreSQL data
base.
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
from hub.events.following import Following
from hub.installation import ensure_installation
from hub.migrations.runner import migrate
from hub.reading.reader import Reader
from hub.reading.registry import reading_of
from hub.search.index_state import hold_state
from hub.search.meaning.encoder import allow
from hub.search.meaning.preparing import read_meant
from hub.search.meaning.steps import meaning_step
from hub.search.searching import Found, Hit, find
from hub.search.similar import list_similar
from hub.security.actors import actor_of_staff
from hub.subscribers import FOLLOWERS

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
        database.follow = Following(FOLLOWERS)
        actor = filled(database, given.documents, given.rooms, given.texts)
        encode(database)
        for meaning in (True, False):
            print("with what is meant" if meaning else "by words alone")
            allow(meaning)
            in_this_process(database, actor)
            by_the_reading_process(database, actor, meaning=meaning)
        database.close()


def filled(database: Database, count: int, rooms: int, texts: int) -> Actor:
    begun = time.perf_counter()
    with database.transaction() as session:
        ensure_installation(session)
        hold_state(session)
        places, reader_id = make_places(session, rooms)
    fill(database, places, count, texts)
    print(f"{count} documents on {database.engine.dialect.name}: {count / (time.perf_counter() - begun):.0f} a second")
    with database.read() as session:
        return actor_of_staff(session, reader_id)


def encode(database: Database) -> None:
    """In steps of 200, as `search rebuild` does."""
    begun, worked = time.perf_counter(), time.process_time()
    while meaning_step(database, size=200):
        pass
    seconds, of_them = time.perf_counter() - begun, time.process_time() - worked
    print(f"their vectors in {seconds:.0f} s, {of_them:.0f} s of the processor", flush=True)


def in_this_process(database: Database, actor: Actor) -> None:
    for label, function, written in ASKED:
        texts = [written(writer) for writer in [Writer()] for _n in range(QUERIES)]
        measure(label, lambda text, f=function: database.read_in_thread(lambda session: f(session, actor, text)), texts)


def by_the_reading_process(database: Database, actor: Actor, *, meaning: bool) -> None:
    reader = Reader(database.engine.url.render_as_string(hide_password=False))
    reader.meaning = meaning
    reader.ask(reading_of(find), (actor, Writer().text(6)), {})  # it starts
    while meaning and reader.ask(reading_of(read_meant), ([],), {}) is None:
        pass  # the encoder opens beside
    for label, function, written in ASKED:
        writer, asked = Writer(), reading_of(function)
        texts = [written(writer) for _n in range(QUERIES)]
        measure(f"{label}, by the process", lambda text, a=asked: reader.ask(a, (actor, text), {}), texts)
    if child := reader._child:
        print(f"memory of the reading process {memory_mb(child.pid):.0f} MB", flush=True)
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


def memory_mb(pid: int) -> float:
    """What is its own, without the files that it only maps."""
    resident, shared = map(int, Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1:3])
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
