"""The sockets of this worker: who is behind each, and what it has opened."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import cast

from flask import current_app

from hub.actor import Actor


@dataclass
class Connection:
    """`examined`: the access version up to which it is known that `actor` and `streams` are right. What was not looked
    at keeps an older one and is looked at the next time: no change of access can be missed for good."""

    sid: str
    actor: Actor
    streams: set[str] = field(default_factory=set)
    examined: int = 0

    def __post_init__(self) -> None:
        self.examined = self.actor.access_version

    def current_actor(self) -> Actor:
        """Who acts now: the actor as good for every version that did not concern them."""
        if self.actor.access_version < self.examined:
            self.actor = replace(self.actor, access_version=self.examined)
        return self.actor


class Connections:
    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}

    def add(self, sid: str, actor: Actor) -> None:
        self._by_sid[sid] = Connection(sid, actor)

    def remove(self, sid: str) -> None:
        self._by_sid.pop(sid, None)

    def get(self, sid: str) -> Connection | None:
        return self._by_sid.get(sid)

    def all(self) -> list[Connection]:
        return list(self._by_sid.values())

    def of_sign_ins(self, sign_in_ids: Iterable[int]) -> list[Connection]:
        wanted = set(sign_in_ids)
        return [c for c in self.all() if c.actor.sign_in_id in wanted]

    def has_stream(self, stream: str) -> bool:
        return any(stream in c.streams for c in self._by_sid.values())

    def __len__(self) -> int:
        return len(self._by_sid)


def connections() -> Connections:
    return cast(Connections, current_app.extensions["hub.connections"])
