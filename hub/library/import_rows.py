"""Rows of a case file become checked texts, or faults that are told with the row's number."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy.orm import Session

from hub.errors import ImportFault
from hub.library.content import Content, content_of
from hub.library.freshness import CHOICES
from hub.library.import_bodies import (
    PREFECTURE_CHARS,
    BodyNames,
    NewBody,
    body_names,
    new_body_words,
)
from hub.library.import_readers import KnownReaders, known_readers
from hub.library.models import FieldAlias
from hub.library.readers import Readers
from hub.library.records import CaseFile, Record
from hub.library.wording import explain, field_names
from hub.people.fields import STANDARD_FIELDS
from hub.people.models import Field, Organisation
from hub.sheets.reading import in_order
from hub.text_chars import TextRefused, clean_line


@dataclass(frozen=True)
class CheckedRow:
    record: Record
    key: str
    digest: str
    content: Content
    readers: Readers | None = None  # for whom it is meant; None = the file does not say
    interval: int | None = None  # months after which it is to be confirmed; None = the file does not say


@dataclass(frozen=True)
class Known:
    """What rows can name: `fields` are the names by which a 分野 can be said, former ones too."""

    fields: set[str]
    readers: KnownReaders
    bodies: BodyNames


def known(session: Session) -> Known:
    names = {*session.scalars(sa.select(Field.name)), *session.scalars(sa.select(FieldAlias.name))}
    bodies = body_names(session.scalars(sa.select(Organisation)))
    return Known(names or set(STANDARD_FIELDS), known_readers(session), bodies)


@dataclass
class Check:
    """Goes through the rows of one file, part by part, without a database, so that it can run in the pool: first they
    are all looked at for what they say of bodies, then taken."""

    known: Known
    rows: list[CheckedRow] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    def begin(self, file: CaseFile) -> None:
        self.records = file.records
        self.faults += file.faults
        self.unread = file.unread
        self.known.bodies.learn(file.records)

    def take(self, records: list[Record]) -> None:
        for record in records:
            if record.number in self.unread:
                continue
            found, words = _row(record, self.known)
            if found and found.key in self._seen:
                words = [_("同じid（%(id)s）の行がほかにもあります。", id=found.key)]
            self.faults += [_("%(n)s行目：%(reason)s", n=record.number, reason=word) for word in words]
            if found:
                self._seen.add(found.key)
                self.rows.append(found)

    def finish(self) -> "Checked":
        """Raises ImportFault with every fault of every row."""
        if self.faults or not self.rows:
            raise ImportFault(in_order(self.faults) or [_("取り込む行がありません。")])
        return Checked(self.rows, self.known.bodies.unknown(self.records))


@dataclass(frozen=True)
class Checked:
    """What can be taken in, and the bodies that it would add."""

    rows: list[CheckedRow]
    new_bodies: list[NewBody]


def checked_rows(file: CaseFile, known: Known) -> Checked:
    """Raises ImportFault with every fault of every row."""
    check = Check(known)
    check.begin(file)
    check.take(file.records)
    return check.finish()


def refuse_unconfirmed(bodies: list[NewBody], confirmed: Collection[str]) -> None:
    """Bodies are added only when somebody has said so of each. Raises ImportFault."""
    if missing := [body for body in bodies if body.key not in confirmed]:
        words = [new_body_words(body) for body in missing]
        raise ImportFault([_("新しい団体を追加してよいか、確認してください：%(body)s", body=word) for word in words])


def _row(record: Record, known: Known) -> tuple[CheckedRow | None, list[str]]:
    """The checked row, or what is wrong with it."""
    data, words = record.data, list(record.faults)
    key, _name = (_line(data.get(name), name, words) for name in ("id", "organisation"))
    fault = known.bodies.fault_of(record)
    words += [fault] if fault else _too_long(data.get("prefecture"))
    try:
        content = content_of(record.content)
    except ValidationError as fault:
        names = field_names()
        return None, [*words, *(f"{names.get(name, name)}: {word}" for name, word in explain(fault).items())]
    words += [_("分野「%(name)s」はありません。", name=name) for name in content.fields if name not in known.fields]
    cells = data.get("audience") or []
    town = known.bodies.town_of(record)
    readers, wrong = known.readers.read(cells if isinstance(cells, list) else [cells], town)
    words += [wrong] if wrong else []
    interval = _interval(data.get("confirm_every_months"), words)
    if words:
        return None, words
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return CheckedRow(record, key, digest, content, readers, interval), []


def _line(value: object, name: str, words: list[str]) -> str:
    try:
        return clean_line(value if isinstance(value, str) else "", max_chars=100)
    except TextRefused:
        words.append(_("%(name)s を100文字以内で入力してください。", name=name))
        return ""


def _interval(said: object, words: list[str]) -> int | None:
    """A number, or as spreadsheets have it a text."""
    if said is None or said == "":
        return None
    months = {str(choice): choice for choice in CHOICES}.get(str(said))
    if months is None:
        words.append(
            _(
                "confirm_every_months（確認の間隔）は %(choices)s のどれかです。",
                choices=_("、").join(map(str, CHOICES)),
            )
        )
    return months


def _too_long(prefecture: object) -> list[str]:
    """Nothing is cut off in silence."""
    if prefecture is None or (isinstance(prefecture, str) and len(" ".join(prefecture.split())) <= PREFECTURE_CHARS):
        return []
    return [_("%(name)s は%(n)s文字までの文字です。", name="prefecture", n=PREFECTURE_CHARS)]
