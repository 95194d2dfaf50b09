"""Effects have a figure before and one after; what earlier texts said of it is read, shown to people, and stored when
they save."""

import pytest

from hub.library.content import Effect
from hub.library.effects import as_figures, before_and_after, in_short, readings, recognised
from tests.factories import World
from tests.library.conftest import Library


@pytest.mark.parametrize(
    ("written", "figures"),
    [
        ({"value": "15", "unit": "分(前は32分)"}, ("", "32", "15", "分")),
        ({"value": "15", "unit": "分（導入前：32）"}, ("", "32", "15", "分")),
        ({"value": "15分(前は32分)"}, ("", "32", "15", "分")),
        ({"value": "8分から4分"}, ("", "8", "4", "分")),
        ({"value": "1,200→800", "unit": "件"}, ("", "1,200", "800", "件")),
        ({"metric": "電話が40件から12件に減った。"}, ("電話", "40", "12", "件")),
        ({"metric": "40件から12件"}, ("40件から12件", "40", "12", "件")),
    ],
)
def test_figures_are_read_from_texts(written: dict[str, str], figures: tuple[str, ...]) -> None:
    found = recognised(Effect(**written))
    assert found is not None
    assert (found.metric, found.before, found.value, found.unit) == figures


@pytest.mark.parametrize(
    "written",
    [
        {"metric": "待ち時間", "value": "15", "unit": "分", "before": "32"},
        {"value": "15", "unit": "分(前は2時間)"},
        {"value": "10", "unit": "市町村(約)"},
        {"value": "8時間から4分"},
        {"metric": "9時から17時まで、3人から5人で受け付けた"},
        {"metric": "平均で12分になりました。"},
        {"metric": "2024年から利用"},
        {},
    ],
)
def test_what_says_no_two_figures_of_one_kind_stays(written: dict[str, str]) -> None:
    assert recognised(Effect(**written)) is None


def test_long_texts_are_read_in_a_moment() -> None:
    assert recognised(Effect(metric="約" * 300)) is None
    assert recognised(Effect(metric="1から" * 100)) is None


def test_figures_that_can_be_compared_as_lengths() -> None:
    assert before_and_after(Effect(before="約32", value="15")) == (32, 15)
    assert before_and_after(Effect(before="32", value="数分")) is None
    assert before_and_after(Effect(before="-5", value="3")) is None
    assert in_short(Effect(before="62307", value="72797", unit="回")) == "62,307→72,797回"
    assert in_short(Effect(value="36", unit="団体")) == "36団体"


def test_the_form_shows_what_was_read_and_saving_stores_it(library: Library, world: World) -> None:
    old = [{"metric": "待ち時間", "value": "15", "unit": "分(前は32分)"}, {"metric": "件数", "value": "36"}]
    case = library.draft()
    library.save(case, effects=old)
    assert [reading.row for reading in readings(library.content(case).effects)] == [0]
    author = world.client("officer")
    page = author.text_of(f"/cases/{case}/edit?step=3")
    assert "1行目：「15分(前は32分)」 → 前の値 32、後の値 15、単位 分" in page
    assert 'name="effects-0-before" value="32"' in author.get(f"/cases/{case}/edit?step=3").text
    assert "読み取りました" not in author.text_of(f"/cases/{case}/edit?step=4")
    library.save(case, effects=[vars(effect) for effect in as_figures(library.content(case).effects)])
    assert library.content(case).effects[0] == Effect(metric="待ち時間", before="32", value="15", unit="分")
    assert "読み取りました" not in author.text_of(f"/cases/{case}/edit?step=3")
