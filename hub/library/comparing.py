"""Cases side by side, and one case on one page for somebody who has a minute."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.library.band_words import population_names
from hub.library.bands import POPULATION, UNKNOWN, band_of
from hub.library.content import Content
from hub.library.effects import as_figures, in_short
from hub.library.models import Adoption, Case
from hub.library.nearness import COPYING
from hub.library.queries import get_case_for, read_version
from hub.library.wording import in_words
from hub.people.models import Organisation

MOST = 4
# In the order of the questions that a comparison answers.
COMPARED = (
    "led_by stage level started_on ended_on fields approach effects cost_initial cost_yearly cost_note funding team "
    "alternatives rules training communication difficulties lessons next products"
).split()


@dataclass(frozen=True)
class Column:
    case: Case
    body: Organisation
    band: str
    content: Content
    adopters: int

    @property
    def effects(self) -> list[str]:
        """One line each: 「待ち時間 32→15分（2025年3月）」."""
        shown = [(e, in_short(e)) for e in as_figures(self.content.effects)]
        return [" ".join(filter(None, (e.metric, said))) + (f"（{e.as_of}）" if e.as_of else "") for e, said in shown]


@dataclass(frozen=True)
class Compared:
    """The fields that at least one case fills in: first those in which the cases differ."""

    differing: list[str]
    same: list[str]


def compare_cases(session: Session, actor: Actor, ids: list[int]) -> list[Column]:
    """Up to four published cases, in the order asked for and each once; what may not be read is left out."""
    found = []
    for case_id in ids[:MOST]:
        try:
            place = get_case_for(session, actor, case_id)
        except NotFound:
            continue
        if place.case.published_version is None:
            continue
        content = _said_once(read_version(session, place.case, place.case.published_version)[1])
        found.append(Column(place.case, place.organisation, _band(place.organisation), in_words(content), 0))
    counts = _adopters(session, [column.case.id for column in found])
    return [Column(c.case, c.body, c.band, c.content, counts.get(c.case.id, 0)) for c in found]


def _said_once(content: Content) -> Content:
    """Without an approach that only repeats the summary, which stands above it."""
    return replace(content, approach="") if content.approach.split() == content.summary.split() else content


def _band(body: Organisation) -> str:
    band = band_of(body.population, POPULATION)
    return population_names()[UNKNOWN if band is None else str(band)]


def _adopters(session: Session, ids: list[int]) -> dict[int, int]:
    query = sa.select(Adoption.case_id, sa.func.count()).where(Adoption.case_id.in_(ids), COPYING)
    return dict(session.execute(query.group_by(Adoption.case_id)).all()) if ids else {}


def rows_with_content(columns: list[Column]) -> Compared:
    """Of one case alone every field differs."""
    said = {name: [getattr(c.content, name) for c in columns] for name in COMPARED}
    filled = [name for name, values in said.items() if any(map(_filled, values))]
    same = [name for name in filled if len(columns) > 1 and all(value == said[name][0] for value in said[name])]
    return Compared([name for name in filled if name not in same], same)


def _filled(value: object) -> bool:
    return value is not None and value not in ("", ())
