"""Writing under an alias: in an anonymous edition what those who hide write, edit, react and confirm is the alias's, in
every row, and no text may tell who they are (ADR 15)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.caution import find_cautions
from hub.errors import ValidationFailed
from hub.feed.submissions import Receipt
from hub.people.names import families
from hub.threads.above import above
from hub.threads.models import Message
from hub.threads.pseudonyms.accounts import one_more_alias
from hub.threads.pseudonyms.identity import as_alias, identity_in
from hub.threads.pseudonyms.naming import names_itself

Command = TypeVar("Command")
Service = Callable[[Session, Actor, Command], Receipt]

REACHES = ("telephone", "home_address")  # whoever has one of these has the person


def under_alias(service: Service[Command]) -> Service[Command]:
    """For services that write into a thread what everybody there sees: run by the alias where the actor has to hide.

    Raises ValidationFailed when a text gives its author away, or comes with files: their names and contents tell; also
    when somebody who knows the consultation names who hides. Others may guess, and learn nothing from an answer.
    """

    @wraps(service)
    def hidden(session: Session, actor: Actor, command: Command) -> Receipt:
        thread_id = _thread_of(session, command)
        writes = actor if thread_id is None else writing_as(session, actor, thread_id, command)
        return service(session, writes, command)

    return hidden


def writing_as(session: Session, actor: Actor, thread_id: int, command: Any) -> Actor:
    """Who writes `command` in a thread: the actor, or the alias, made where there is none. Raises as `under_alias`."""
    identity = identity_in(session, actor, thread_id)
    if not identity.hides:
        if identity.anonymous:
            _refuse_names(command, above().unspoken(session, actor, thread_id, False))
        return actor
    alias = as_alias(session, actor, identity.alias or one_more_alias(session, actor, thread_id))
    _refuse_what_tells(session, actor, thread_id, command)
    return alias


def _thread_of(session: Session, command: Any) -> int | None:
    if hasattr(command, "thread_id"):
        return int(command.thread_id)
    return session.execute(sa.select(Message.thread_id).where(Message.id == command.message_id)).scalar()


def _refuse_what_tells(session: Session, actor: Actor, thread_id: int, command: Any) -> None:
    if getattr(command, "attachment_ids", None):
        raise ValidationFailed({"attachment_ids": _("匿名のやりとりには、ファイルを付けられません。")})
    for name, text in _texts(command):
        if any(caution.kind in REACHES for caution in find_cautions(text)):
            raise ValidationFailed({name: _("匿名で書いています。電話番号や住所などを消してください。")})
    own = {actor.name, actor.organisation_name, actor.writer_name, actor.section_name}
    others = above().unspoken(session, actor, thread_id, True)
    _refuse_names(command, [*sorted(own), *sorted(families({actor.name})), *others])


def _refuse_names(command: Any, names: list[str]) -> None:
    for name, text in _texts(command):
        found = names_itself(text, names)
        if found:
            words = _("匿名のやりとりです。誰のことか分かる名前や団体名を消してください：%(name)s", name=found)
            raise ValidationFailed({name: words})


def _texts(command: Any) -> list[tuple[str, str]]:
    """What a command would have everybody read, by the field in which it was typed."""
    return [(name, text) for name in ("body", "title") if (text := getattr(command, name, None))]
