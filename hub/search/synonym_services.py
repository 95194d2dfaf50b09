"""Editing the synonyms: the prefecture's own groups, its changes to shipped ones, and imports."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.errors import ValidationFailed
from hub.feed.payloads import STRICT, Id
from hub.records.audit import record
from hub.search.models import SearchState, SynonymGroup
from hub.search.sudachi_file import checked_groups
from hub.search.synonym_store import row_of, shipped_keys
from hub.search.synonyms import ARROW, plain_word, split_group
from hub.security.actor import Actor
from hub.security.permissions import Permission, require_role
from hub.statements import insert_ignore

MOST_WORDS, WORD_CHARS = 30, 40


@dataclass(config=STRICT)
class PutGroup:
    """`words` as typed, with 、 between them. `replaces`: the shipped group that this one stands for; `group_id`: the
    own group that it changes."""

    words: str
    replaces: str | None = None
    group_id: Id | None = None


@dataclass(config=STRICT)
class DropGroup:
    """An own group goes; a shipped one is put out of force."""

    replaces: str | None = None
    group_id: Id | None = None


def put_group(session: Session, actor: Actor, command: PutGroup) -> None:
    """Raises NotFound, ValidationFailed."""
    require_role(actor, Permission.SYNONYMS)
    words = checked_words(command.words)
    named = command.group_id or command.replaces
    row = row_of(session, command.group_id, command.replaces) if named else SynonymGroup()
    row.words, row.origin, row.changed_at, row.changed_by_id = list(words), "own", utc_now(), actor.staff_id
    session.add(row)
    _changed(session, actor, "synonyms.changed")


def drop_group(session: Session, actor: Actor, command: DropGroup) -> None:
    """Raises NotFound."""
    require_role(actor, Permission.SYNONYMS)
    row = row_of(session, command.group_id, command.replaces)
    if row.replaces in shipped_keys():
        row.words, row.origin, row.changed_at, row.changed_by_id = [], "own", utc_now(), actor.staff_id
        session.add(row)
    else:
        session.delete(row)
    _changed(session, actor, "synonyms.dropped")


def import_groups(session: Session, actor: Actor, text: str) -> int:
    """Take in a file in the Sudachi synonym format in place of the last import. Returns how many groups it has.

    Raises ValidationFailed."""
    require_role(actor, Permission.SYNONYMS)
    groups = checked_groups(text)
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
    _changed(session, actor, "synonyms.imported")


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
        return _("1組は%(most)s語までです(いま%(n)s語)。", most=MOST_WORDS, n=len(words))
    if len(longest) > WORD_CHARS:
        return _("「%(word)s…」が長すぎます。1つの言葉は%(n)s文字までです。", word=longest[:20], n=WORD_CHARS)
    return ""


def refuse_unreadable(unreadable: Sequence[str]) -> None:
    """What the analysis finds no word in cannot be searched for. Raises ValidationFailed."""
    if unreadable:
        raise ValidationFailed({"words": _("「%(word)s」は言葉として読めません。", word=unreadable[0])})


def _changed(session: Session, actor: Actor, action: str) -> None:
    """Every worker makes its groups anew with the next search."""
    values = {"id": 1, "version": 0, "synonyms_version": 0}
    session.connection().execute(insert_ignore(session, SearchState), values)
    session.execute(sa.update(SearchState).values(synonyms_version=secrets.randbelow(2**31) + 1))
    record(session, actor, action, "synonyms", organisation_id=actor.organisation_id)
