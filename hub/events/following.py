"""Letting the followers of what happened do their part, at the end of the transaction in which it did."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from hub.events.happenings import KEY, Happening, Said

Follower = Callable[[Session, Sequence[Said]], None]
Subscribers = Mapping[type[Happening], Sequence[Follower]]

ROUNDS = 5  # a follower may say that something happened too; more often than this it is a circle


def in_order(subscribers: Subscribers) -> list[Follower]:
    """Each follower once. Where two stand beside a kind, the first of them comes first for every kind.

    Raises ValueError where two kinds name them in opposite order."""
    waiting = [list(followers) for followers in dict.fromkeys(map(tuple, subscribers.values()))]
    order: list[Follower] = []
    while waiting := [followers for followers in waiting if followers]:
        free = (f[0] for f in waiting if not any(f[0] in other[1:] for other in waiting))
        first = next(free, None)
        if first is None:
            raise ValueError(f"followers in a circle: {waiting}")
        order.append(first)
        waiting = [[f for f in followers if f is not first] for followers in waiting]
    return order


class Following:
    """The followers of every kind: each is called once with all that was said of its kinds, in the order in which it
    was said. What a follower itself says reaches those behind it in the same round, and the others in the next."""

    def __init__(self, subscribers: Subscribers) -> None:
        self.subscribers, self.order = subscribers, in_order(subscribers)

    def __call__(self, session: Session) -> None:
        """Raises what a follower raises, KeyError for a kind that does not stand in the table."""
        said: list[Said] = []
        seen = dict.fromkeys(self.order, 0)  # how much of `said` each knows
        for _round in range(ROUNDS):
            for follower in self.order:
                said += session.info.pop(KEY, [])
                mine = [one for one in said[seen[follower] :] if follower in self.subscribers[type(one.what)]]
                seen[follower] = len(said)
                if mine:
                    session.flush()
                    follower(session, mine)
            said += session.info.pop(KEY, [])
            if all(known == len(said) for known in seen.values()):
                return
        raise RuntimeError(f"followers go on for ever: {[type(one.what).__name__ for one in said[-ROUNDS:]]}")


def nobody_follows(session: Session) -> None:
    """For a database that no application has set up. Raises RuntimeError when something happened there all the same:
    it would be in no record and no index."""
    if session.info.get(KEY):
        raise RuntimeError("nobody follows what happens in this database: hub.subscribers.install sets it up")
