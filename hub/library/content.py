"""What one version of a case says: everything that people write about it, in one frozen object stored as JSON.

Only title and summary are demanded; an unknown value is an empty text or an absent number, never a guess. Derived facts
(population, band, district) belong to the organisation and are not here.
"""

import re
import unicodedata
from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass

from hub.dates import month_of
from hub.ids import PATTERN
from hub.library.models import LEADERS, LEVELS, STAGES
from hub.text_chars import TextRefused, clean_line, clean_source
from hub.text_urls import safe_url

FROZEN = ConfigDict(extra="forbid", frozen=True)
LINE_CHARS, TEXT_CHARS, TITLE_CHARS, SUMMARY_CHARS, URL_CHARS = 300, 4_000, 100, 400, 2_000
MOST_ROWS = 40
INTERESTS = ("", "PR", "利害")
MOST_YEN = 10**15
_UNITS = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "億": 100_000_000}
_FIGURE = re.compile(r"[¥\\]?(?P<figure>\d{1,15}(?:\.\d{1,8})?)(?P<unit>千|百万|万|億)?(?:円|人)?")


def _line(value: object) -> object:
    if not isinstance(value, str):
        return value
    return clean_line(value, max_chars=10**6) if _seen(value) else ""


def _text(value: object) -> object:
    if not isinstance(value, str):
        return value
    return clean_source(value, max_chars=10**6) if _seen(value) else ""


def _seen(value: str) -> bool:
    """Whether anything is left when invisible characters are gone. Raises ValueError for half characters."""
    try:
        return bool(clean_line(value, max_chars=10**7))
    except TextRefused as fault:
        if fault.reason == "empty":
            return False
        raise


def _link(value: str) -> str:
    """A web address. Raises ValueError."""
    if value and (not value.startswith(("https://", "http://")) or safe_url(value) is None):
        raise ValueError("url")
    return value


def _number(value: object) -> object:
    """Figures as people type them: 1,200,000円, full width, 54,837人, 1,200千円, 1.5億円; empty = unknown."""
    if not isinstance(value, str) or len(value) > LINE_CHARS:
        return value
    plain = "".join(unicodedata.normalize("NFKC", value).replace(",", "").replace("、", "").split())
    if not plain:
        return None
    found = _FIGURE.fullmatch(plain)
    figure = Decimal(found["figure"]) * _UNITS[found["unit"] or ""] if found else None
    return int(figure) if figure is not None and figure == figure.to_integral_value() else value


def _month(value: object) -> object:
    """A month in any of the forms that people write (`hub/dates.py`); what is none is left for the check to refuse."""
    if not isinstance(value, str) or len(value) > LINE_CHARS or not value.strip():
        return value
    try:
        return month_of(value)
    except ValueError:
        return value


def _choice(values: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value and value not in values:
            raise ValueError("choice")
        return value

    return AfterValidator(check)


Line = Annotated[str, BeforeValidator(_line), StringConstraints(max_length=LINE_CHARS)]
Text = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=TEXT_CHARS)]
Source = Annotated[str, BeforeValidator(_line), StringConstraints(max_length=URL_CHARS)]
Link = Annotated[Source, AfterValidator(_link)]
Count = Annotated[int, Field(ge=0, le=MOST_YEN)]
Yen = Annotated[Count | None, BeforeValidator(_number)]  # or any other figure
Month = Annotated[
    str, BeforeValidator(_month), StringConstraints(strip_whitespace=True, pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")
]
Row = TypeVar("Row")
Rows = Annotated[tuple[Row, ...], Field(max_length=MOST_ROWS)]


@dataclass(config=FROZEN)
class Effect:
    """効果: one measured figure, and what it was before where that is known. Both are text, because sources say 約3割
    as well as 36."""

    metric: Line = ""
    before: Line = ""
    value: Line = ""
    unit: Line = ""
    as_of: Line = ""
    method: Line = ""


@dataclass(config=FROZEN)
class Kpi:
    """指標: where it stands, where it shall go, and where the figure is from."""

    metric: Line = ""
    current: Line = ""
    target: Line = ""
    source: Line = ""


@dataclass(config=FROZEN)
class Milestone:
    on: Line = ""
    what: Line = ""


@dataclass(config=FROZEN)
class Product:
    """製品・事業者. `interest`: the text about it comes from its maker (PR) or the author has a stake (利害)."""

    name: Line = ""
    maker: Line = ""
    interest: Annotated[Line, _choice(INTERESTS)] = ""


@dataclass(config=FROZEN)
class Document:
    """仕様書, 要綱, 予算要求資料, チラシ: a link, or a file that hangs on the case."""

    name: Line = ""
    url: Link = ""
    attachment_id: Annotated[str, StringConstraints(pattern=rf"^({PATTERN})?$")] = ""


@dataclass(config=FROZEN)
class BasisLine:
    """根拠: the law, grant year or system version that the case rests on, by the name of its row."""

    name: Line = ""
    note: Line = ""


@dataclass(config=FROZEN)
class Content:
    """All fields of a version, in the order of the form. `source_population` and its date are what a source said when
    it was written (import only); shown beside the sources, never compared."""

    title: Annotated[str, BeforeValidator(_line), StringConstraints(min_length=1, max_length=TITLE_CHARS)]
    summary: Annotated[str, BeforeValidator(_text), StringConstraints(min_length=1, max_length=SUMMARY_CHARS)]
    led_by: Annotated[Line, _choice(LEADERS)] = ""
    stage: Annotated[Line, _choice(STAGES)] = ""
    level: Annotated[Line, _choice(LEVELS)] = ""
    fields: Rows[Line] = ()
    tags: Rows[Line] = ()
    partners: Rows[Line] = ()
    background: Text = ""
    approach: Text = ""
    started_on: Month = ""
    ended_on: Month = ""
    ended_reason: Text = ""
    milestones: Rows[Milestone] = ()
    alternatives: Text = ""
    effects: Rows[Effect] = ()
    kpis: Rows[Kpi] = ()
    cost_initial: Yen = None
    cost_yearly: Yen = None
    cost_note: Text = ""
    funding: Text = ""
    team: Text = ""
    rules: Text = ""
    training: Text = ""
    communication: Text = ""
    difficulties: Text = ""
    lessons: Text = ""
    next: Text = ""
    products: Rows[Product] = ()
    documents: Rows[Document] = ()
    awards: Rows[Line] = ()
    sources: Rows[Source] = ()
    bases: Rows[BasisLine] = ()
    contact: Line = ""
    adopted_elsewhere: Rows[Line] = ()
    source_population: Yen = None
    source_population_as_of: Line = ""

    @property
    def cost_yen(self) -> int | None:
        """What lists and bands compare: the initial cost, or the yearly one where that alone is known."""
        return self.cost_yearly if self.cost_initial is None else self.cost_initial

    @property
    def cost_in_words(self) -> bool:
        """Told, but in no figure that could be compared."""
        return self.cost_yen is None and bool(self.cost_note)


ROWS: dict[str, type[Any]] = {
    "milestones": Milestone,
    "effects": Effect,
    "kpis": Kpi,
    "products": Product,
    "documents": Document,
    "bases": BasisLine,
}
# Columns of the tables in a line of a file: what came later stands at the end, so that older files are read as ever.
IN_FILES = {name: tuple(row.__dataclass_fields__) for name, row in ROWS.items()}
IN_FILES["effects"] = ("metric", "value", "unit", "as_of", "method", "before")
LISTS = ("fields", "tags", "partners", "awards", "sources", "adopted_elsewhere")
NAMES = tuple(f.name for f in fields(Content))
# What readers ask for; how many of these are filled in is how complete a case is.
ASKED = tuple(
    "led_by stage fields background approach started_on alternatives effects cost_note funding team rules "
    "difficulties lessons next sources".split()
)
_adapter = TypeAdapter(Content)


def content_of(data: dict[str, Any]) -> Content:
    """Raises pydantic's ValidationError."""
    return _adapter.validate_python(data)


def as_json(content: Content) -> dict[str, Any]:
    """The stored form; `content_of` of it is the same content."""
    plain: dict[str, Any] = _adapter.dump_python(content, mode="json")
    return plain


def differences(old: Content, new: Content) -> list[str]:
    """Names of the fields that say something else."""
    return [name for name in NAMES if getattr(old, name) != getattr(new, name)]


def missing(content: Content) -> list[str]:
    """Names of the asked fields that are empty still. A cost is known by a figure or by words."""
    empty = [name for name in ASKED if not getattr(content, name)]
    return [name for name in empty if name != "cost_note" or content.cost_yen is None]


def completeness(content: Content) -> int:
    """Per cent of the asked fields that are filled in."""
    return round(100 * (len(ASKED) - len(missing(content))) / len(ASKED))
