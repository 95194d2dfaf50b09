"""What a success causes, beside its answer: seen while a route or socket event of the permission matrix runs, and held
against `effects.txt`. Whatever is missing there, or happens without standing there, fails.

After a change that is meant, write the file anew and read its diff; only lines that ran are replaced:

    .venv/bin/pytest -q tests/test_permissions_matrix.py --write-effects

An entry names the line of the matrix, then for kinds of things and roles what their success caused:
    audit    an entry of the audit record, and whose matter it is
    feed     an event of the log that also went out to the sockets: kind of stream (whose, of a person's own), type
    inbox    an entry of somebody's 通知
    search   kinds of documents that have to be made anew
    access   the access version was raised
    socket   what open pages were told apart from the feed, and what of their actor is another after it
    rows     tables written: + added, ~ changed, - taken away
People are named by their key in the world of the tests; `self` is who did it."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub.extensions import socketio
from hub.feed.models import FeedEvent
from hub.inbox.models import InboxEntry
from hub.installation import Installation
from hub.people.models import Posting, Section
from hub.records.models import AuditEntry
from hub.records.words import action_words
from hub.rooms.models import Room
from hub.search.models import SearchChange
from tests.factories import PEOPLE, Socket, World

FILE = Path(__file__).with_name("effects.txt")
HEAD = "What each success of the permission matrix causes. How to read and renew this file stands in effects.py.\n"
NOTHING = ("nothing",)
WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
SIGNS = {"INSERT INTO": "+", "UPDATE": "~", "DELETE FROM": "-"}
# Told by lines of their own, or following from them.
TOLD = (
    "+access_changes",
    "-access_changes",
    "+audit_entries",
    "+feed_events",
    "+inbox_entries",
    "+search_changes",
    "~installation",
    "+streams",
    "~streams",
)
PART_OF_ACTOR = (
    *("name", "language", "writer_name", "organisation_name", "role", "organisation_ids", "audience_ids"),
    "managed_ids",
)

_statements: list[tuple[str, int]] | None = None  # what was committed since `watch` began, on whichever connection
_open: dict[int, list[tuple[str, int]]] = {}  # by connection: what may still be taken back
_sent: list[tuple[str, str]] = []  # (stream, type) of the feed's frames that went out


@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def _note(connection: sa.Connection, cursor: Any, statement: str, *_more: Any) -> None:
    if _statements is not None and not statement.startswith("SELECT"):
        _open.setdefault(id(connection), []).append((statement, cursor.rowcount))


@sa.event.listens_for(sa.Engine, "commit")
def _keep(connection: sa.Connection) -> None:
    written = _open.pop(id(connection), [])
    if _statements is not None:
        _statements.extend(written)


@sa.event.listens_for(sa.Engine, "rollback")
def _forget(connection: sa.Connection) -> None:
    _open.pop(id(connection), None)


@dataclass
class Pages:
    """Somebody of everybody has a page open: their own stream, and all rooms that they may read."""

    world: World
    sockets: dict[str, Socket] = field(default_factory=dict)
    opened: frozenset[int] = frozenset()

    def open(self) -> None:
        with self.world.store.read() as session:
            rooms = frozenset(session.scalars(sa.select(Room.id)))
        fresh = {key for key in PEOPLE if key not in self.sockets or not self.sockets[key].open_to_server}
        self.sockets |= {key: Socket(self.world.client(key)) for key in fresh}
        for key in PEOPLE if rooms - self.opened else fresh:
            streams = [f"{kind}:{room}" for room in sorted(rooms) for kind in ("room", "notes")]
            self.sockets[key].open(f"user:{self.world.staff_id(key)}", *streams)
        self.opened = rooms
        self._look()
        for socket in self.sockets.values():
            socket.received()

    def _look(self) -> None:
        """What the worker does each half second."""
        with self.world.app.app_context():
            self.world.app.extensions["hub.watcher"].tick()

    def actors(self) -> dict[str, Any]:
        known = self.world.app.extensions["hub.connections"].all()
        by_id = {connection.actor.staff_id: connection.actor for connection in known}
        return {key: by_id.get(self.world.staff_id(key)) for key in PEOPLE}

    def told(self, before: dict[str, Any], names: dict[int, str]) -> Iterator[str]:
        """What arrived, once the worker has looked whether access has changed, with the names of whom it reached."""
        self._look()
        after, told = self.actors(), defaultdict[str, set[str]](set)
        for key, socket in self.sockets.items():
            who = names[self.world.staff_id(key)]
            for event, data in socket.received():
                if event not in ("feed", "feed:heads"):
                    told[f"{event} {data.get('stream', '').partition(':')[0]}".strip()].add(who)
            old, new = before[key], after[key]
            for part in PART_OF_ACTOR if old and new else ():
                if getattr(old, part) != getattr(new, part):
                    told[f"another {part}"].add(who)
        yield from (f"socket {what}: {listed(names)}" for what, names in told.items())


class Effects:
    """What happens while `watch` runs."""

    def __init__(self, world: World, pages: Pages | None, actor_id: int, body: int) -> None:
        self.world, self.pages, self.actor_id, self.body = world, pages, actor_id, body
        self.names = {world.staff_id(key): key for key in PEOPLE} | {actor_id: "self"}
        self.found: tuple[str, ...] = ()

    @contextmanager
    def watch(self) -> Iterator[None]:
        global _statements  # noqa: PLW0603 - the listener is one for all engines
        if self.pages:
            self.pages.open()
        before, actors = self._read(MARKS).one(), self.pages.actors() if self.pages else {}
        _statements = []
        _open.clear()
        _sent.clear()
        manager = socketio.server.manager
        emit_all = manager.emit_all
        manager.emit_all = _noting(emit_all)
        try:
            yield
        finally:
            statements, _statements = _statements, None
            manager.emit_all = emit_all
        writes = [(found[1], found[2], s, n) for s, n in statements if (found := WRITES.match(s))]
        found = {*self._stored(tuple(before)), *_rows(writes)} if writes else set()
        assert writes or not _sent, "what goes out stands in the log"
        if self.pages:
            found |= set(self.pages.told(actors, self.names))
        self.found = tuple(sorted(found)) or NOTHING

    def _read(self, query: Any) -> Any:
        with self.world.store.read() as session:
            return session.execute(query).freeze()()

    def _stored(self, before: tuple[int, ...]) -> Iterator[str]:
        *_ids, version = after = tuple(self._read(MARKS).one())
        entries, events, inbox, changes = (
            self._read(sa.select(t).where(t.id > old).order_by(t.id)).scalars().all() if new > old else []
            for t, old, new in zip(LOGS, before, after, strict=False)
        )
        for entry in entries:
            assert entry.action in action_words(), f"{entry.action} has no words in hub/records/words.py"
            yield f"audit {entry.action}, {self._whose(entry)}"
        told = defaultdict[str, set[str]](set)
        for event in events:
            kind, _colon, number = event.stream.partition(":")
            told[f"feed {kind} {event.type}"] |= {self._name(int(number))} if kind == "user" else set()
        for what, names in told.items():
            yield f"{what}: {listed(names)}" if names else what
        assert [(e.stream, e.type) for e in events] == _sent, "what stands in the log goes out, and nothing else"
        yield from (f"inbox {self._name(entry.staff_id)} {entry.kind}" for entry in inbox)
        yield from (f"search {change.kind}" for change in changes)
        if version > before[-1]:
            yield "access raised"

    def _name(self, staff_id: int) -> str:
        return self.names.get(staff_id, "somebody")

    def _whose(self, entry: AuditEntry) -> str:
        body = entry.organisation_id
        own = self._read(bodies_of(self.actor_id)).scalars()
        bodies = {None: "administrators'", self.body: "its body's"} | dict.fromkeys(own, "own body's")
        whose = bodies.get(body, "another body's")
        if entry.actor_id == self.actor_id:
            return whose
        return f"{whose}, by {self._name(entry.actor_id) if entry.actor_id else 'nobody'}"


LOGS: tuple[Any, ...] = (AuditEntry, FeedEvent, InboxEntry, SearchChange)
MARKS = sa.select(
    *(sa.select(sa.func.coalesce(sa.func.max(t.id), 0)).scalar_subquery() for t in LOGS),
    sa.select(Installation.access_version).scalar_subquery(),
)


def bodies_of(staff_id: int) -> Any:
    query = sa.select(Section.organisation_id).join(Posting, Posting.section_id == Section.id)
    return query.where(Posting.staff_id == staff_id)


def listed(names: Iterable[str]) -> str:
    """In the order of the world's people."""
    order = ["self", *PEOPLE, "somebody"]
    return " ".join(sorted(names, key=order.index))


def _noting(emit: Callable[..., Any]) -> Callable[..., Any]:
    def emit_and_note(name: str, several: list[dict[str, Any]], room: str) -> bool:
        if name == "feed":
            _sent.extend((data["stream"], data["type"]) for data in several)
        return bool(emit(name, several, room))

    return emit_and_note


def _rows(writes: list[tuple[str, str, str, int]]) -> Iterator[str]:
    for verb, table, statement, count in writes:
        if count == 0 and "RETURNING" not in statement:
            continue
        if table == "sign_ins" and "seen_at" in statement.partition("WHERE")[0]:
            continue  # that somebody is there is noted once a minute
        if table != "health_probes" and SIGNS[verb] + table not in TOLD:  # a process probes once in a while
            yield f"rows {SIGNS[verb]}{table}"


class Table:
    """The checked-in file: by line of the matrix, by kind and role, what happened."""

    def __init__(self, writes: bool) -> None:
        self.writes = writes
        self.entries = read_file()
        self.seen: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {}

    def hold(self, line: str, kind: str, role: str, found: tuple[str, ...], *, paged: bool) -> None:
        """Raises AssertionError when the file says something else. Only the first of each kind has pages open (that
        takes time); what these were told stands for the others too."""
        if self.writes:
            seen = self.seen.setdefault(line, {})
            alike = (known for known in seen.values() if silently(known) == found)
            seen[kind, role] = found if paged else next(alike, found)
            return
        expected = self.entries.get(line, {}).get((kind, role))
        assert expected is not None, f"effects.txt has no entry for {line}: {kind} {role}: {found}"
        expected = expected if paged else silently(expected)
        missing, more = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        assert not missing, f"{line}: {kind} {role}: did not happen: {missing}; instead: {more}"
        assert not more, f"{line}: {kind} {role}: happened, and does not stand in effects.txt: {more}"

    def write(self, lines: list[str]) -> None:
        if self.writes:
            entries = self.entries | self.seen
            FILE.write_text(as_text({line: entries[line] for line in lines if line in entries}))


def silently(effects: tuple[str, ...]) -> tuple[str, ...]:
    """Without what open pages were told."""
    return tuple(effect for effect in effects if not effect.startswith("socket ")) or NOTHING


def as_text(entries: dict[str, dict[tuple[str, str], tuple[str, ...]]]) -> str:
    parts = [HEAD]
    for line, found in entries.items():
        groups: dict[tuple[str, ...], dict[str, list[str]]] = {}
        for (kind, role), effects in found.items():
            groups.setdefault(effects, {}).setdefault(kind, []).append(role)
        parts.append(f"\n{line}\n")
        for effects, kinds in groups.items():
            parts.append("  " + "; ".join(f"{kind}: {' '.join(roles)}" for kind, roles in kinds.items()) + "\n")
            parts += [f"    {effect}\n" for effect in effects]
    return "".join(parts)


def read_file() -> dict[str, dict[tuple[str, str], tuple[str, ...]]]:
    entries: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {}
    line, who, effects = "", [], []
    for text in [*FILE.read_text().splitlines()[1:], "end"] if FILE.exists() else []:
        if text.startswith("    "):
            effects.append(text.strip())
            continue
        for key in who:
            entries.setdefault(line, {})[key] = tuple(effects)
        who, effects = [], []
        if text.startswith("  "):
            groups = [group.partition(": ") for group in text.strip().split("; ")]
            who = [(kind, role) for kind, _colon, roles in groups for role in roles.split()]
        elif text:
            line = text
    return entries


def key_of(line: Any) -> str:
    """A line of the matrix, as the file names it."""
    fields = json.dumps(line.fields, ensure_ascii=False) if line.fields else line.upload
    return " ".join(part for part in (line.name, line.address, fields) if part)
