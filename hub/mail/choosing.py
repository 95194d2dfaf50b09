"""What a person wants mails about, and how: at once, once a day, or not at all."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Literal

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.feed.payloads import STRICT
from hub.mail.models import MailChoice
from hub.people.models import Staff
from hub.statements import among, upsert

Way = Literal["now", "digest", "never"]
Later = Literal["digest", "never"]
Ways = Mapping[str, str]
DIGEST = "digest"


@dataclass(config=STRICT)
class Choices:
    """For each kind its way; what stands here is what holds for whoever has chosen nothing: at once only what somebody
    says to the person by name, and the answer to their own question."""

    answer: Way = "now"
    mention: Way = "now"
    reply: Way = "digest"
    question: Way = "digest"
    charge: Way = "digest"
    followed: Way = "digest"
    silent: Way = "digest"
    waiting: Later = "digest"
    notice: Later = "digest"
    case: Later = "digest"


KINDS = tuple(field.name for field in fields(Choices))
SOON = KINDS[:7]  # what can come at once
USUAL: Ways = {field.name: str(field.default) for field in fields(Choices)}


def ways_of(session: Session, staff_ids: Collection[int]) -> dict[int, Ways]:
    """For each of these people the way of every kind."""
    chosen: dict[int, dict[str, str]] = {id_: dict(USUAL) for id_ in staff_ids}
    query = sa.select(MailChoice.staff_id, MailChoice.kind, MailChoice.way)
    for staff_id, kind, way in session.execute(query.where(among(MailChoice.staff_id, staff_ids))):
        chosen[staff_id][kind] = way
    return dict(chosen)


def save_choices(session: Session, actor: Actor, command: Choices) -> None:
    _put(session, actor.staff_id, {kind: getattr(command, kind) for kind in KINDS})


def _put(session: Session, staff_id: int, ways: Ways) -> None:
    for kind, way in ways.items():
        upsert(session, MailChoice, ("staff_id", "kind"), {"staff_id": staff_id, "kind": kind, "way": way})


def ending_of(staff_id: int, kind: str) -> str:
    """The path at which mails of this kind are ended, by whoever holds the mail. It says nothing and opens nothing."""
    return f"/mail/ending/{_signer().dumps([staff_id, kind])}"


def read_ending(session: Session, token: str) -> tuple[Staff, str]:
    """Raises NotFound."""
    try:
        staff_id, kind = _signer().loads(token)
    except (BadSignature, ValueError):
        raise NotFound from None
    staff = session.get(Staff, staff_id)
    if staff is None or kind not in (*KINDS, DIGEST):
        raise NotFound
    return staff, kind


def end_kind(session: Session, staff_id: int, kind: str) -> None:
    """No more mails of this kind; `digest`: of all that come once a day."""
    ways = ways_of(session, [staff_id])[staff_id]
    ended = [k for k in KINDS if ways[k] == DIGEST] if kind == DIGEST else [kind]
    _put(session, staff_id, dict.fromkeys(ended, "never"))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="mail-ending")
