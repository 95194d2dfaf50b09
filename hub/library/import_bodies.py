"""The bodies that rows of a case file name: known ones are found, others are added as outsiders."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation
from hub.audiences.services import ensure_audience
from hub.library.readers import Readers, audience_for
from hub.library.records import Record
from hub.library.versions import owners_key
from hub.text import clean_line


class Bodies:
    """Organisations by code, else by name; who is not there is added as an outsider (no member)."""

    def __init__(self, session: Session) -> None:
        self.session = session
        every = session.scalars(sa.select(Organisation)).all()
        self.by_code = {o.code: o for o in every if o.code}
        self.by_name = {o.name: o for o in every}
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
        data = record.data
        name, code = clean_line(data["organisation"], max_chars=100), data.get("organisation_code") or None
        namesake = self.by_name.get(name)
        if namesake is not None and code and namesake.code is None:
            namesake.code, self.by_code[code] = code, namesake
        found = self.by_code.get(code) if code else namesake
        return found or self._add(name, code, str(data.get("prefecture") or "")[:20], record)

    def _add(self, name: str, code: str | None, prefecture: str, record: Record) -> Organisation:
        free = name if name not in self.by_name else f"{name}({prefecture or code})"
        body = Organisation(code=code, name=free, kind=kind_of(name), district=prefecture, member=False)
        population = record.content.get("source_population")
        body.population = int(population) if population else None
        body.population_as_of = record.content.get("source_population_as_of")
        body.source, body.mail_domains = "事例の出典", []
        self.session.add(body)
        self.session.flush()
        self.by_name[free] = body
        if code:
            self.by_code[code] = body
        return body


def kind_of(name: str) -> str:
    """県 for all four sorts of prefectures, 市 also for the special wards of Tokyo, else 町, 村 or その他."""
    if name == "北海道" or name.endswith(("都", "府", "県")):
        return "県"
    last = name[-1:]
    return {"市": "市", "区": "市", "町": "町", "村": "村"}.get(last, "その他")
