"""The facets by which the list is narrowed. Values of one facet are alternatives, facets combine; the counts of a facet
say how many cases each value would show with all other facets as they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import japan_today
from hub.ids import numbers_of
from hub.library.areas import INSIDE, OUTSIDE, district_column, district_names, inside, list_districts
from hub.library.band_words import cost_names, population_names
from hub.library.bands import POPULATION, UNKNOWN, band_column, cost_column
from hub.library.freshness import freshness_column
from hub.library.models import Adoption, Case, CaseField, CaseTag, Tag
from hub.library.wording import adoption_names, freshness_names, leader_names, stage_names
from hub.people.models import Field, Organisation
from hub.statements import among

FACETS = ("field", "stage", "led", "band", "area", "district", "tag", "cost", "adoption", "freshness")
MOST_SHOWN = 30  # of tags, for which there is a field as well

_LINKED: dict[str, tuple[Any, Any]] = {
    "field": (CaseField, CaseField.field_id),
    "tag": (CaseTag, CaseTag.tag_id),
    "adoption": (Adoption, Adoption.state),
}
_COLUMNS: dict[str, Any] = {
    "stage": Case.stage,
    "led": Case.led_by,
    "band": band_column(Organisation.population, POPULATION),
    "area": sa.case((inside(), INSIDE), else_=OUTSIDE),
    "district": district_column(),
    "cost": cost_column(Case.cost_yen, Case.cost_in_words),
}
_CONFIRMED = Adoption.confirmed_at.is_not(None)
_TOTAL = ""


@dataclass(frozen=True)
class Choice:
    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    key: str
    name: str
    choices: list[Choice]

    @property
    def chosen(self) -> bool:
        return any(choice.chosen for choice in self.choices)


@dataclass(frozen=True)
class Wanted:
    """What the address asks for: values by facet, and words. `found`: the cases in which these stand
    (`hub/library/words.py`); without it words find nothing."""

    words: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    found: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        """How many conditions there are."""
        return bool(self.words.strip()) + sum(map(len, self.values.values()))

    @property
    def narrows(self) -> bool:
        return self.count > 0


def conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """What rows of Case joined with Organisation must fulfil."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.words.strip():
        found.append(among(Case.id, wanted.found))
    for key, values in wanted.values.items():
        if values:
            found.append(_narrowed(key, values))
    return found


def _narrowed(key: str, values: tuple[str, ...]) -> sa.ColumnElement[bool]:
    if key in _LINKED:
        return _linked(key, values)
    column = _column(key)
    if key not in ("band", "cost"):
        return sa.and_(column.in_([v for v in values if v != UNKNOWN] + ([""] if UNKNOWN in values else [])))
    known = column.in_(numbers(values))
    return sa.or_(known, column.is_(None)) if UNKNOWN in values else known


def _column(key: str) -> Any:
    return freshness_column(japan_today()) if key == "freshness" else _COLUMNS[key]


def _linked(key: str, values: tuple[str, ...]) -> sa.ColumnElement[bool]:
    model, column = _LINKED[key]
    if key != "adoption":
        return Case.id.in_(sa.select(model.case_id).where(column.in_(numbers(values))))
    found = Case.id.in_(sa.select(model.case_id).where(_CONFIRMED, column.in_(values)))
    nobody = Case.id.not_in(sa.select(model.case_id).where(_CONFIRMED))
    return sa.or_(found, nobody) if UNKNOWN in values else found


def numbers(values: Iterable[str]) -> list[int]:
    """Those of the words that are ids."""
    return numbers_of(values)


def list_facets(session: Session, readable: sa.ColumnElement[bool], wanted: Wanted) -> tuple[int, list[Facet]]:
    """How many cases are found, and the facets: the cases are gone through once, in one statement."""
    names = _names(session)
    titles = {
        "field": _("分野"),
        "stage": _("段階"),
        "led": _("実施主体"),
        "band": _("人口規模"),
        "area": _("県内・県外"),
        "district": _("地域"),
        "tag": _("タグ"),
        "cost": _("費用"),
        "adoption": _("ほかの団体の状況"),
        "freshness": _("最終確認の時期"),
    }
    counts: dict[str, dict[str, int]] = {key: {} for key in (_TOTAL, *FACETS)}
    for key, value, count in session.execute(_counted(readable, wanted)):
        counts[key][value or UNKNOWN] = count
    total = counts[_TOTAL].get(UNKNOWN, 0)
    return total, [
        Facet(key, titles[key], _choices(key, names[key], counts[key], wanted.values.get(key, ()))) for key in FACETS
    ]


def _counted(readable: sa.ColumnElement[bool], wanted: Wanted) -> sa.CompoundSelect[str, str | None, int]:
    """Rows of facet, value and count. `found` is gone through once and has, beside the plain facets, whether a case
    fulfils each facet that narrows; cases that fail two of them count nowhere and are left out."""
    narrowing = {key: _narrowed(key, values) for key, values in wanted.values.items() if values}
    columns = [_column(key).label(key) for key in FACETS if key not in _LINKED]
    fulfilled = {key: condition.label(f"fulfils_{key}") for key, condition in narrowing.items()}
    found = sa.select(Case.id, *columns, *fulfilled.values())
    found = found.join(Organisation, Organisation.id == Case.organisation_id)
    found = found.where(readable, *conditions(replace(wanted, values={})))
    rows = found.cte("found")
    tests = {key: rows.c[column.name] for key, column in fulfilled.items()}
    if len(tests) > 1:
        failed = sum((sa.case((test, 0), else_=1) for test in tests.values()), start=sa.literal(0))
        rows = sa.select(rows).where(failed <= 1).cte("near")
        tests = {key: rows.c[column.name] for key, column in fulfilled.items()}
    parts = [_count(rows, key, [test for other, test in tests.items() if other != key]) for key in FACETS]
    total = sa.select(sa.literal(_TOTAL), sa.null(), sa.func.count()).select_from(rows).where(*tests.values())
    return sa.union_all(total, *parts)


def _count(rows: sa.CTE, key: str, tests: list[Any]) -> sa.Select[str, str | None, int]:
    model, value = _LINKED[key] if key in _LINKED else (None, rows.c[key])
    if key == "adoption":
        source: Any = rows.outerjoin(Adoption, sa.and_(Adoption.case_id == rows.c.id, _CONFIRMED))
    else:
        source = rows if model is None else rows.join(model, model.case_id == rows.c.id)
    counted = sa.select(sa.literal(key), sa.cast(value, sa.Text), sa.func.count()).select_from(source)
    return counted.where(*tests).group_by(value)


def _names(session: Session) -> dict[str, dict[str, str]]:
    """Names by value, in the order in which they are shown."""
    fields = session.execute(sa.select(Field.id, Field.name).order_by(Field.position, Field.id))
    tags = session.execute(
        sa.select(Tag.id, Tag.name).where(Tag.synonym_of_id.is_(None)).order_by(Tag.group_id.is_(None), Tag.name)
    )
    return {
        "field": {str(id_): name for id_, name in fields},
        "tag": {str(id_): name for id_, name in tags},
        "stage": stage_names() | {UNKNOWN: _("不明")},
        "led": leader_names() | {UNKNOWN: _("不明")},
        "band": population_names(),
        "cost": cost_names(),
        "area": {INSIDE: _("県内"), OUTSIDE: _("県外")},
        "district": {name: name for name in list_districts(session)} | district_names(),
        "adoption": adoption_names() | {UNKNOWN: _("まだない")},
        "freshness": freshness_names(),
    }


def _choices(key: str, names: dict[str, str], counts: dict[str, int], chosen: tuple[str, ...]) -> list[Choice]:
    """Values that lead somewhere or are chosen, in their own order; many tags by count, and the first of them."""
    found = [Choice(v, n, counts.get(v, 0), v in chosen) for v, n in names.items() if counts.get(v) or v in chosen]
    if len(found) <= MOST_SHOWN or key != "tag":
        return found
    found.sort(key=lambda choice: (not choice.chosen, -choice.count, choice.name))
    return found[:MOST_SHOWN]
