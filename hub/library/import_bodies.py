"""The bodies that rows of a case file name: known ones are found, others are added as outsiders."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation
from hub.audiences.services import ensure_audience
from hub.library.readers import Readers, audience_for, needs_consent
from hub.library.records import Record
from hub.library.versions import owners_key
from hub.text_chars import TextRefused, clean_line


def named(record: Record) -> tuple[str, str | None]:
    """Name and code of the body of a row; empty where there is no usable one, which is told as a fault."""
    name, code = record.data.get("organisation"), record.data.get("organisation_code")
    try:
        name = clean_line(name if isinstance(name, str) else "", max_chars=100)
    except TextRefused:
        name = ""
    return name, code if isinstance(code, str) and code else None


@dataclass
class BodyNames:
    """Which body a row means: by its code, else by its name. Plain data, so that a file can be checked in the pool with
    the same answer as when it is written. `towns` are those whose manager agrees before anything goes out."""

    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    towns: frozenset[int] = frozenset()
    learned: dict[int, str] = field(default_factory=dict)

    def learn(self, records: Iterable[Record]) -> None:
        """A body without a code has the one that a row gives it by name. To be called with all rows of a file before
        any is asked about: another row can mean the same body by that code, be it further up."""
        coded = set(self.codes.values())
        for name, code in map(named, records):
            id_ = self.names.get(name)
            if id_ is not None and code and id_ not in coded and code not in self.codes:
                self.codes[code] = id_
                self.learned[id_] = code
                coded.add(id_)

    def find(self, record: Record) -> int | None:
        name, code = named(record)
        return self.codes.get(code) if code else self.names.get(name)

    def town_of(self, record: Record) -> int | None:
        """The municipality that takes part and is meant by a row; None for any other body."""
        found = self.find(record)
        return found if found in self.towns else None


def body_names(bodies: Iterable[Organisation]) -> BodyNames:
    every = list(bodies)
    codes, names = {o.code: o.id for o in every if o.code}, {o.name: o.id for o in every}
    return BodyNames(codes, names, frozenset(o.id for o in every if needs_consent(o)))


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

    def find(self, record: Record) -> Organisation:
        found = self.names.find(record)
        if found is None:
            return self._add(*named(record), str(record.data.get("prefecture") or "")[:20], record)
        body = self.by_id[found]
        body.code = body.code or self.names.learned.get(found)
        return body

    def _add(self, name: str, code: str | None, prefecture: str, record: Record) -> Organisation:
        free = name if name not in self.names.names else f"{name}({prefecture or code})"
        body = Organisation(code=code, name=free, kind=kind_of(name), district=prefecture, member=False)
        population = record.content.get("source_population")
        body.population = int(population) if population else None
        body.population_as_of = record.content.get("source_population_as_of")
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
