"""The bodies that rows of a case file name: known ones are found, others are added as outsiders when somebody has said
that they are to be. A slip in a code must not make a second body of one that is there (`hub/people/codes.py`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.audiences.services import ensure_audience
from hub.library.content import Content
from hub.library.readers import Readers, audience_for, needs_consent
from hub.library.records import Record
from hub.library.versions import owners_key
from hub.people.codes import is_code, is_right, restored
from hub.people.models import Organisation
from hub.text_chars import TextRefused, clean_line

NAME_CHARS, PREFECTURE_CHARS = 100, 20
_OFFICE = re.compile("(?<=[市町村区])(役所|役場)$|(?<=[都道府県])庁$")


def named(record: Record) -> tuple[str, str | None]:
    """Name and code of the body of a row; empty where there is no usable one, which is told as a fault."""
    code = record.data.get("organisation_code")
    code = restored(code.strip()) if isinstance(code, str) else None
    return _line(record.data.get("organisation"), NAME_CHARS), code or None


def prefecture_of(record: Record) -> str:
    return _line(record.data.get("prefecture"), PREFECTURE_CHARS)


def _line(value: object, max_chars: int) -> str:
    try:
        return clean_line(value if isinstance(value, str) else "", max_chars=max_chars)
    except TextRefused:
        return ""


class Known(NamedTuple):
    """A body that is there."""

    name: str
    code: str | None
    member: bool


class NewBody(NamedTuple):
    """A body that a file would add. `key` is what is said to confirm it: its code, or its name where it has none.
    `doubtful`: the last digit of the code does not follow from the others."""

    key: str
    name: str
    code: str | None
    prefecture: str
    row: int
    doubtful: bool


@dataclass
class BodyNames:
    """Which body a row means: by its code, else by its name. Plain data, so that a file can be checked in the pool with
    the same answer as when it is written. `towns` are those whose manager agrees before anything goes out; `home` is
    the prefecture of the installation."""

    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    towns: frozenset[int] = frozenset()
    bodies: dict[int, Known] = field(default_factory=dict)
    home: str = ""
    learned: dict[int, str] = field(default_factory=dict)

    def learn(self, records: Iterable[Record]) -> None:
        """A body without a code has the one that a row gives it by name. To be called with all rows of a file before
        any is asked about: another row can mean the same body by that code, be it further up."""
        coded = set(self.codes.values())
        for record in records:
            name, code = named(record)
            id_ = self.names.get(name)
            if id_ is None or not code or id_ in coded or code in self.codes or not is_right(code):
                continue
            if self._is_here(record, code) or not self.bodies[id_].member:
                self.codes[code] = id_
                self.learned[id_] = code
                coded.add(id_)

    def _is_here(self, record: Record, code: str) -> bool:
        """Neither the prefecture of a row nor the first digits of its code say that it is about another prefecture."""
        home = next((known.code for known in self.bodies.values() if known.name == self.home), None)
        return prefecture_of(record) in ("", self.home) and (home is None or code[:2] == home[:2])

    def find(self, record: Record) -> int | None:
        name, code = named(record)
        return self.codes.get(code) if code else self.names.get(name)

    def town_of(self, record: Record) -> int | None:
        """The municipality that takes part and is meant by a row; None for any other body."""
        found = self.find(record)
        return found if found in self.towns else None

    def fault_of(self, record: Record) -> str:
        """Why the name and the code of a row cannot both be meant; empty when they can."""
        given = record.data.get("organisation_code")
        if given and not isinstance(given, str):
            return _("organisation_code（団体コード）は6桁の数字です：%(code)s", code=given)
        name, code = named(record)
        if not code or not name:
            return ""
        if not is_code(code):
            return _("organisation_code（団体コード）は6桁の数字です：%(code)s", code=code)
        if code in self.codes:
            body = self.bodies.get(self.codes[code])
            if body is None or not body.member or self._means(name, body.name):
                return ""
            return _(
                "団体コード %(code)s は「%(body)s」のもので、「%(name)s」ではありません。",
                code=code,
                body=body.name,
                name=name,
            )
        near = next((known for known in self.codes if known[:-1] == code[:-1]), None)
        if near is not None and not is_right(code):
            body = self.bodies[self.codes[near]]
            return _(
                "団体コード %(code)s は正しくありません（「%(body)s」は %(right)s です）。",
                code=code,
                body=body.name,
                right=near,
            )
        return self._other_code(record, name, code)

    def _means(self, name: str, registered: str) -> bool:
        """With the prefecture before it, or the building behind it, it is the same body."""
        plain = _OFFICE.sub("", name)
        return registered in (name, plain, plain.removeprefix(self.home).strip())

    def _other_code(self, record: Record, name: str, code: str) -> str:
        """A name that is a member's, with a code that nobody has. Bodies of two prefectures can bear one name: then the
        code and the prefecture of the row both say so."""
        id_ = self.names.get(name) or next((n for n, known in self.bodies.items() if self._means(name, known.name)), 0)
        body = self.bodies.get(id_)
        if body is None or not body.member:
            return ""
        right = body.code or self.learned.get(id_)
        elsewhere = prefecture_of(record) not in ("", self.home) and not self._is_here(record, code)
        if elsewhere and is_right(code) and (right is None or code[:2] != right[:2]):
            return ""
        if right is None:
            return _("団体コード %(code)s は「%(name)s」のものではありません。", code=code, name=name)
        return _(
            "「%(name)s」の団体コードは %(right)s です（%(code)s と書かれています）。",
            name=name,
            right=right,
            code=code,
        )

    def unknown(self, records: Iterable[Record]) -> list[NewBody]:
        """The bodies that these rows would add, each once."""
        found: dict[str, NewBody] = {}
        for record in records:
            name, code = named(record)
            key = code or name
            if key and key not in found and self.find(record) is None:
                doubtful = code is not None and not is_right(code)
                found[key] = NewBody(key, name, code, prefecture_of(record), record.number, doubtful)
        return list(found.values())


def body_names(bodies: Iterable[Organisation]) -> BodyNames:
    every = list(bodies)
    codes, names = {o.code: o.id for o in every if o.code}, {o.name: o.id for o in every}
    home = next((o.name for o in every if o.member and o.kind == "県"), "")
    known = {o.id: Known(o.name, o.code, o.member) for o in every}
    return BodyNames(codes, names, frozenset(o.id for o in every if needs_consent(o)), known, home)


def new_body_words(body: NewBody) -> str:
    """As it is listed for whoever confirms it."""
    where = _("、").join(filter(None, (body.code, body.prefecture)))
    said = _("%(n)s行目：%(name)s", n=body.row, name=body.name) + (_("（%(where)s）", where=where) if where else "")
    return said + (
        " " + _("団体コードの最後の数字が合いません。書き間違いでないか確認してください。") if body.doubtful else ""
    )


class Bodies:
    """The organisations that the rows of a file mean; who is not there is added as an outsider (no member)."""

    def __init__(self, session: Session, records: Iterable[Record]) -> None:
        self.session = session
        self.by_id = {o.id: o for o in session.scalars(sa.select(Organisation))}
        self.names = body_names(self.by_id.values())
        self.names.learn(records)
        self._owners: dict[str, int] = {}
        self._audiences: dict[tuple[int, Readers], int] = {}

    def audience_of(self, body: Organisation, readers: Readers) -> int:
        """Of readers that a row of this body names."""
        if (body.id, readers) not in self._audiences:
            self._audiences[body.id, readers] = audience_for(self.session, None, body, readers)
        return self._audiences[body.id, readers]

    def owners_of(self, body: Organisation) -> int:
        key = owners_key(body)
        if key not in self._owners:
            self._owners[key] = ensure_audience(self.session, key).id
        return self._owners[key]

    def find(self, record: Record, content: Content) -> Organisation:
        found = self.names.find(record)
        if found is None:
            return self._add(*named(record), prefecture_of(record), content)
        body = self.by_id[found]
        body.code = body.code or self.names.learned.get(found)
        return body

    def _add(self, name: str, code: str | None, prefecture: str, content: Content) -> Organisation:
        free = name if name not in self.names.names else f"{name}({prefecture or code})"
        body = Organisation(code=code, name=free, kind=kind_of(name), district=prefecture, member=False)
        body.population = content.source_population
        body.population_as_of = content.source_population_as_of or None
        body.source, body.mail_domains = "事例の出典", []
        self.session.add(body)
        self.session.flush()
        self.by_id[body.id] = body
        self.names.names[free] = body.id
        if code:
            self.names.codes[code] = body.id
        return body


def kind_of(name: str) -> str:
    """県 for all four sorts of prefectures, 市 also for the special wards of Tokyo, else 町, 村 or その他."""
    if name == "北海道" or name.endswith(("都", "府", "県")):
        return "県"
    last = name[-1:]
    return {"市": "市", "区": "市", "町": "町", "村": "村"}.get(last, "その他")
