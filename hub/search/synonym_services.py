"""Editing the synonyms: the prefecture's own groups, its changes to shipped ones, and imports."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import ValidationFailed
from hub.events.happenings import happened
from hub.feed.payloads import STRICT, Id, Typed
from hub.search.happenings import OfSynonyms, SynonymsChanged, SynonymsDropped, SynonymsImported
from hub.search.index_state import AT_FIRST
from hub.search.models import SearchState, SynonymGroup
from hub.search.synonym_files import Groups
from hub.search.synonym_store import row_of, shipped_keys
from hub.search.synonyms import ARROW, plain_word, split_group
from hub.security.permissions import Permission, require_role
from hub.statements import insert_ignore

MOST_WORDS, WORD_CHARS = 30, 40


@dataclass(config=STRICT)
class PutGroup:
    """`words` as typed, with 、 between them. `replaces`: the shipped group that this one stands for; `group_id`: the
    own group that it changes."""

    words: Typed
    replaces: Typed | None = None
    group_id: Id | None = None


@dataclass(config=STRICT)
class DropGroup:
    """An own group goes; a shipped one is put out of force."""

    replaces: Typed | None = None
    group_id: Id | None = None


def put_group(session: Session, actor: Actor, command: PutGroup) -> None:
    """Raises NotFound, ValidationFailed."""
    require_role(actor, Permission.SYNONYMS)
    words = checked_words(command.words)
    named = command.group_id or command.replaces
    row = row_of(session, command.group_id, command.replaces) if named else SynonymGroup()
    row.words, row.origin, row.changed_at, row.changed_by_id = list(words), "own", utc_now(), actor.staff_id
    session.add(row)
    _changed(session, actor, SynonymsChanged)


def drop_group(session: Session, actor: Actor, command: DropGroup) -> None:
    """Raises NotFound."""
    require_role(actor, Permission.SYNONYMS)
    row = row_of(session, command.group_id, command.replaces)
    if row.replaces in shipped_keys():
        row.words, row.origin, row.changed_at, row.changed_by_id = [], "own", utc_now(), actor.staff_id
        session.add(row)
    else:
        session.delete(row)
    _changed(session, actor, SynonymsDropped)


def import_groups(session: Session, actor: Actor, groups: Groups) -> int:
    """Take in the groups of a file, which was read and checked before, in place of the last import. Returns how many
    they are."""
    require_role(actor, Permission.SYNONYMS)
    drop_import(session, actor)
    now = utc_now()
    session.execute(
        sa.insert(SynonymGroup),
        [{"words": list(g), "origin": "import", "changed_at": now, "changed_by_id": actor.staff_id} for g in groups],
    )
    return len(groups)


def drop_import(session: Session, actor: Actor, _command: None = None) -> None:
    require_role(actor, Permission.SYNONYMS)
    session.execute(sa.delete(SynonymGroup).where(SynonymGroup.origin == "import"))
    _changed(session, actor, SynonymsImported)


def checked_words(typed: str) -> tuple[str, ...]:
    """Raises ValidationFailed."""
    words = split_group(typed.replace(",", "、").replace("\n", "、"))
    if fault := _fault_of(words):
        raise ValidationFailed({"words": fault})
    return words


def _fault_of(words: Sequence[str]) -> str:
    longest = max(map(plain_word, words), key=len, default="")
    if len(set(map(plain_word, words))) < 2:
        return _("2つ以上の言葉を「、」で区切って入力してください。")
    if all(word.startswith(ARROW) for word in words):
        return _("「→」を付けない言葉が1つ以上必要です。")
    if len(words) > MOST_WORDS:
        return _("1つのグループは%(most)s語以内にしてください（現在%(n)s語）。", most=MOST_WORDS, n=len(words))
    if len(longest) > WORD_CHARS:
        return _("「%(word)s…」が長すぎます。1つの言葉は%(n)s文字までです。", word=longest[:20], n=WORD_CHARS)
    return ""


def refuse_unreadable(unreadable: Sequence[str]) -> None:
    """What the analysis finds no word in cannot be searched for. Raises ValidationFailed."""
    if unreadable:
        raise ValidationFailed({"words": _("「%(word)s」は言葉として読めません。", word=unreadable[0])})


def _changed(session: Session, actor: Actor, kind: type[OfSynonyms]) -> None:
    """Every worker makes its groups anew with the next search."""
    session.connection().execute(insert_ignore(session, SearchState), AT_FIRST)
    session.execute(sa.update(SearchState).values(synonyms_version=secrets.randbelow(2**31) + 1))
    happened(session, actor, kind(organisation_id=actor.organisation_id))
