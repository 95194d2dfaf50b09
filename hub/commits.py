"""What a service asks of the transaction in which it runs."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from hub.actor import Actor

Hook = Callable[[], None]


def before_commit(session: Session, hook: Hook) -> None:
    """Run `hook` inside the transaction, after the service has returned, in the order of registration."""
    session.info.setdefault("before_commit", []).append(hook)


def after_commit(session: Session, hook: Hook) -> None:
    """Run `hook` once the commit is durable. It must not raise: the write has happened."""
    session.info.setdefault("after_commit", []).append(hook)


def pace_room(session: Session, actor: Actor, room_id: int) -> None:
    """Count one more post in a room, once the actor is known to be entitled to it: nobody can use up what belongs to
    others. The command line and jobs are not counted. Raises RateLimited."""
    pace: Callable[[int], None] | None = session.info.get("pace")
    if pace is not None and actor.sign_in_id:
        pace(room_id)


def run_hooks(session: Session, moment: str) -> None:
    hooks: list[Hook] = session.info.get(moment, [])
    for hook in hooks:
        hook()
