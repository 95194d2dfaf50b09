"""Who somebody is in a thread. In an anonymous edition the people of the bodies that it came from, and whoever of the
DX section wrote in the consultation, are known by an alias alone: what they write, edit, react and confirm there is the
alias's, in every row (ADR 15). Everywhere else people are themselves.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.caution import find_cautions
from hub.clock import utc_now
from hub.errors import ValidationFailed
from hub.feed.submissions import Receipt
from hub.people.authors import AuthorKey
from hub.people.models import Organisation, Posting, Section, Staff
from hub.sharing.models import Alias, Consent, Sharing
from hub.sharing.naming import names_itself
from hub.sharing.queries import families, origin_for
from hub.sharing.secrecy import names_that_tell
from hub.threads.models import Draft, Message

Command = TypeVar("Command")
Service = Callable[[Session, Actor, Command], Receipt]

# Data, not interface: what an alias is called is stored once and is the same for readers of every language.
# Side -> kind and name of the body, name of the person.
BODIES = {
    "municipality": ("匿名", "ある市町村", "匿名の職員"),
    "prefecture": ("匿名の県", "県の担当", "匿名の担当者"),
    "outside": ("匿名の外部", "外部の助言者など", "匿名の助言者"),
}
SECTION = "匿名"
REACHES = ("telephone", "home_address")  # whoever has one of these has the person

_HIDING = sa.select(Sharing.id, Sharing.organisation_id).where(
    Sharing.edition_id == sa.bindparam("thread"), Sharing.anonymous.is_(sa.true())
)
_MINE = sa.select(Alias).where(Alias.thread_id == sa.bindparam("thread"), Alias.staff_id == sa.bindparam("person"))


class Known(NamedTuple):
    """`hides`: the person may not appear in the thread under their own name. `alias`: the one they have there.
    `sharing_id`: of the anonymous edition that the thread is."""

    hides: bool
    alias: Alias | None
    sharing_id: int | None = None


def known_in(session: Session, actor: Actor, thread_id: int) -> Known:
    """How the actor is known in a thread now. One question for every thread that is no anonymous edition."""
    sharing = session.execute(_HIDING, {"thread": thread_id}).first()
    if sharing is None:
        return Known(False, None)
    alias = session.scalars(_MINE, {"thread": thread_id, "person": actor.staff_id}).first()
    return Known(alias is not None or _of_a_party(session, actor, sharing[0]), alias, sharing[0])


def _of_a_party(session: Session, actor: Actor, sharing_id: int) -> bool:
    """Colleagues of the asker hide as well: their name would tell the town."""
    parties = sa.select(Consent.organisation_id).where(Consent.sharing_id == sharing_id)
    return actor.side == "municipality" and bool(actor.organisation_ids & set(session.scalars(parties)))


def seen_as(session: Session, actor: Actor, thread_id: int) -> Actor:
    """The actor as the thread knows them so far: for pages, which write nothing."""
    alias = known_in(session, actor, thread_id).alias
    return behind(session, actor, alias) if alias else actor


def _known_as(session: Session, actor: Actor, thread_id: int, known: Known) -> Actor:
    alias = known.alias or _one_more(session, actor, thread_id)
    return behind(session, actor, alias)


def behind(session: Session, actor: Actor, alias: Alias) -> Actor:
    """The actor with the alias's name, body and ids; what they may read and do is unchanged."""
    staff = session.get_one(Staff, alias.alias_id)
    query = sa.select(Organisation).join(Section, Section.organisation_id == Organisation.id)
    body = session.scalars(
        query.join(Posting, Posting.section_id == Section.id).where(Posting.id == alias.alias_posting_id)
    ).one()
    return replace(
        actor,
        staff_id=alias.alias_id,
        posting_id=alias.alias_posting_id,
        name=staff.name,
        organisation_id=body.id,
        organisation_name=body.name,
        section_name=SECTION,
        shared=False,
        writer_name="",
    )


def under_alias(service: Service[Command]) -> Service[Command]:
    """For services that write into a thread what everybody there sees: run by the alias where the actor has to hide.

    Raises ValidationFailed when a text gives its author away, or comes with files: their names and contents tell; also
    when somebody who knows the consultation names who hides. Others may guess, and learn nothing from an answer.
    """

    @wraps(service)
    def hidden(session: Session, actor: Actor, command: Command) -> Receipt:
        thread_id = _thread_of(session, command)
        known = Known(False, None) if thread_id is None else known_in(session, actor, thread_id)
        if thread_id is None or not known.hides:
            if known.sharing_id is not None and origin_for(session, actor, edition_id=thread_id or 0) is not None:
                _refuse_names(session, known.sharing_id, command, [])
            return service(session, actor, command)
        alias = _known_as(session, actor, thread_id, known)
        _refuse_what_tells(session, actor, known, command)
        receipt = service(session, alias, command)
        if hasattr(command, "client_id"):  # the draft was the person's own
            place = f"thread:{thread_id}"
            session.execute(sa.delete(Draft).where(Draft.staff_id == actor.staff_id, Draft.place == place))
        return receipt

    return hidden


def _thread_of(session: Session, command: Any) -> int | None:
    if hasattr(command, "thread_id"):
        return int(command.thread_id)
    return session.execute(sa.select(Message.thread_id).where(Message.id == command.message_id)).scalar()


def _refuse_what_tells(session: Session, actor: Actor, known: Known, command: Any) -> None:
    if getattr(command, "attachment_ids", None):
        raise ValidationFailed({"attachment_ids": _("匿名のやりとりには、ファイルを付けられません。")})
    for name, text in _texts(command):
        if any(caution.kind in REACHES for caution in find_cautions(text)):
            raise ValidationFailed({name: _("匿名で書いています。電話番号や住所などを消してください。")})
    own = {actor.name, actor.organisation_name, actor.writer_name, actor.section_name}
    _refuse_names(session, known.sharing_id or 0, command, [*sorted(own), *sorted(families({actor.name}))])


def _refuse_names(session: Session, sharing_id: int, command: Any, own: list[str]) -> None:
    """Also of those who hide beside the author."""
    names = [*own, *names_that_tell(session, session.get_one(Sharing, sharing_id))]
    for name, text in _texts(command):
        found = names_itself(text, names)
        if found:
            words = _("匿名のやりとりです。誰のことか分かる名前や団体名を消してください：%(name)s", name=found)
            raise ValidationFailed({name: words})


def _texts(command: Any) -> list[tuple[str, str]]:
    """What a command would have everybody read, by the field in which it was typed."""
    return [(name, text) for name in ("body", "title") if (text := getattr(command, name, None))]


def new_account(session: Session, side: str, number: int) -> AuthorKey:
    """An account that nobody can sign in to, posted for no time at all to the body that stands for its side."""
    now, name = utc_now(), BODIES[side][2]
    staff = Staff(email=f"{secrets.token_hex(12)}@alias.invalid", is_alias=True, disabled_at=now, created_at=now)
    staff.name = name if number == 1 else f"{name}{number}"
    session.add(staff)
    session.flush()
    posting = Posting(staff_id=staff.id, section_id=_section(session, side).id, role="guest", from_at=now, until_at=now)
    session.add(posting)
    session.flush()
    return AuthorKey(staff.id, posting.id)


def keep_alias(session: Session, thread_id: int, account: AuthorKey, staff_id: int, posting_id: int) -> Alias:
    """Note who stands behind an account."""
    alias = Alias(alias_id=account.staff_id, alias_posting_id=account.posting_id, thread_id=thread_id)
    alias.staff_id, alias.posting_id = staff_id, posting_id
    session.add(alias)
    session.flush()
    return alias


def _one_more(session: Session, actor: Actor, thread_id: int) -> Alias:
    """An alias for a colleague who writes for the first time."""
    same = (
        sa.select(sa.func.count())
        .select_from(Alias)
        .join(Posting, Posting.id == Alias.alias_posting_id)
        .where(Alias.thread_id == thread_id, Posting.section_id == _section(session, actor.side).id)
    )
    account = new_account(session, actor.side, session.execute(same).scalar_one() + 1)
    return keep_alias(session, thread_id, account, actor.staff_id, actor.posting_id)


def _section(session: Session, side: str) -> Section:
    kind, name, _person = BODIES[side]
    body = session.scalars(sa.select(Organisation).where(Organisation.kind == kind)).first()
    if body is None:
        body = Organisation(name=name, kind=kind, member=False, mail_domains=[])
        session.add(body)
        session.flush()
        session.add(Section(organisation_id=body.id, name=SECTION))
        session.flush()
    return session.scalars(sa.select(Section).where(Section.organisation_id == body.id)).one()


def own_aliases(actor: Actor) -> sa.Select[int]:
    """Under which other ids the actor is called and replied to. For the actor's own eyes alone."""
    return sa.select(Alias.alias_id).where(Alias.staff_id == actor.staff_id)
