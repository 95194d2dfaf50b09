"""Effects as figures: before, after, unit.

Earlier texts said the first within another column (「分(前は32分)」). They are read here, shown as figures, and stored
so when somebody saves the case the next time. A version that was agreed to stays as it was written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.charts.bars import Bar, bars, share
from hub.charts.figures import grouped, number_of
from hub.library.content import Effect

# Every repetition ends somewhere, so that no text can be made on which they take long.
_FIGURE = r"(?:約|およそ)?[-−]?\d[\d,]{0,14}(?:\.\d{1,6})?"
_GAP = r"\s{0,3}"
_UNIT = r"(?:(?!から|より)[^\d\s()（）、。,→⇒]){0,12}?"
_BRACKET = re.compile(
    rf"^(?P<unit>[^()（）]*)[(（](?:導入|実施|開始|始める|以)?前(?:は|：|:)?{_GAP}"
    rf"(?P<before>{_FIGURE}){_GAP}(?P<again>[^()（）\d]*)[)）]$"
)
_WITH_UNIT = re.compile(rf"^(?P<value>{_FIGURE}){_GAP}(?P<unit>[^\d()（）]*)$")
_FROM_TO = re.compile(
    rf"(?<![\d,.])(?P<before>{_FIGURE}){_GAP}(?P<first>{_UNIT}){_GAP}(?:から|→|⇒|より){_GAP}"
    rf"(?P<value>{_FIGURE}){_GAP}(?P<unit>{_UNIT})"
    r"(?=$|に|へ|まで|[\s、。（(])"
)


@dataclass(frozen=True)
class Reading:
    """What a row of the table said, and the figures that stand in it. `row` counts from 0."""

    row: int
    written: str
    effect: Effect


def recognised(effect: Effect) -> Effect | None:
    """The effect with its figures in their columns, or None when it says none (or has them there already)."""
    if effect.before:
        return None
    return _in_brackets(effect) or _from_to(effect)


def _in_brackets(effect: Effect) -> Effect | None:
    """「15」「分(前は32分)」, also all of it in the one column."""
    found = _BRACKET.match(effect.unit) if effect.value else _BRACKET.match(effect.value)
    if found and found["again"].strip() in ("", found["unit"].strip()):
        return replace(effect, before=found["before"], unit=found["unit"].strip())
    found = _BRACKET.match(effect.value)
    said = _WITH_UNIT.match(found["unit"].strip()) if found else None
    if found is None or said is None or found["again"].strip() not in ("", said["unit"].strip()):
        return None
    return replace(effect, value=said["value"], before=found["before"], unit=effect.unit or said["unit"].strip())


def _from_to(effect: Effect) -> Effect | None:
    """「8分から4分」 as the value, or in the sentence that somebody marked as an effect."""
    text = effect.value or effect.metric
    found = list(_FROM_TO.finditer(text))
    if len(found) != 1 or (effect.value and found[0].span() != (0, len(text))):
        return None
    said = found[0]
    if said["first"] not in ("", said["unit"]):
        return None
    figures = {"before": said["before"], "value": said["value"], "unit": effect.unit or said["unit"]}
    return replace(effect, metric=effect.metric if effect.value else _named(text, said.start()), **figures)


def _named(text: str, start: int) -> str:
    """What the sentence measures: its words before the figures."""
    name = re.split(r"[。\n、]", text[:start])[-1].strip()
    return re.sub(r"(?:が|は|を|も)$", "", name) or text


def readings(effects: Sequence[Effect]) -> list[Reading]:
    """The rows in which figures were found, for people to look at before they save them."""
    found = [(n, effect, recognised(effect)) for n, effect in enumerate(effects)]
    return [Reading(n, _written(old), new) for n, old, new in found if new is not None]


def _written(effect: Effect) -> str:
    return f"{effect.value}{effect.unit}" or effect.metric


def as_figures(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """For pages: every effect in its columns."""
    return tuple(recognised(effect) or effect for effect in effects)


@dataclass(frozen=True)
class Figure:
    """An effect as pages show it: figures in groups of three, and what can be drawn of them (before and after, or the
    share of a whole)."""

    metric: str
    before: str
    value: str
    unit: str
    as_of: str
    bars: tuple[Bar, ...]


def figures_of(effects: Sequence[Effect]) -> list[Figure]:
    """Those that say a value; first the ones with a figure before, else in their order."""
    said = [effect for effect in as_figures(effects) if effect.value]
    shown = sorted(said, key=lambda effect: not before_and_after(effect))
    return [Figure(e.metric, grouped(e.before), grouped(e.value), e.unit, e.as_of, tuple(_bars(e))) for e in shown]


def _bars(effect: Effect) -> list[Bar]:
    pair = before_and_after(effect)
    if pair:
        return bars([("before", pair[0]), ("after", pair[1])])
    part = number_of(effect.value)
    whole = effect.unit.startswith(("%", "％")) and not effect.before
    return [share(part)] if whole and part is not None and 0 <= part <= 100 else []


def before_and_after(effect: Effect) -> tuple[float, float] | None:
    """Both figures, where both are numbers that can be compared as lengths."""
    before, after = number_of(effect.before), number_of(effect.value)
    return None if before is None or after is None or min(before, after) < 0 else (before, after)


def in_short(effect: Effect) -> str:
    """「32→15分」, as cards and lists say it."""
    after = f"{grouped(effect.value)}{effect.unit}"
    return f"{grouped(effect.before)}→{after}" if effect.before and effect.value else after
