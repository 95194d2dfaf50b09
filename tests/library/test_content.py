"""What a version may hold, and how complete it is."""

from typing import Any

import pytest
from pydantic import ValidationError

from hub.library.content import (
    ASKED,
    MOST_ROWS,
    NAMES,
    TEXT_CHARS,
    Content,
    as_json,
    completeness,
    content_of,
    differences,
    missing,
)


def content(**more: Any) -> Content:
    return content_of({"title": "題名", "summary": "要約"} | more)


def faulty(**more: Any) -> set[Any]:
    with pytest.raises(ValidationError) as fault:
        content(**more)
    return {e["loc"][0] for e in fault.value.errors()}


def test_the_stored_form_is_the_same_content() -> None:
    full = content(
        effects=[{"metric": "待ち時間", "value": "-54", "unit": "%", "as_of": "2024年度", "method": "実測"}],
        documents=[{"name": "仕様書", "url": "https://example.jp/a.pdf"}],
        products=[{"name": "製品", "maker": "会社", "interest": "PR"}],
        cost_initial="1,958,000円",
        background=" 一行目\r\n二行目 ",
    )
    assert content_of(as_json(full)) == full
    assert (full.cost_initial, full.background) == (1_958_000, " 一行目\n二行目")


def test_title_and_summary_alone_are_demanded() -> None:
    assert completeness(content()) == 0
    assert faulty(title=" \u200b ", summary="") == {"title", "summary"}


def test_what_cannot_be_taken_names_its_field() -> None:
    assert faulty(stage="完了") == {"stage"}
    assert faulty(background="あ" * (TEXT_CHARS + 1)) == {"background"}
    assert faulty(effects=[{}] * (MOST_ROWS + 1)) == {"effects"}
    assert faulty(cost_yearly="約3割") == {"cost_yearly"}
    assert faulty(cost_initial="9" * 40) == {"cost_initial"}
    assert faulty(started_on="2024-13") == {"started_on"}
    assert faulty(documents=[{"name": "罠", "url": "javascript:alert(1)"}]) == {"documents"}
    assert faulty(lessons="半分\ud800") == {"lessons"}
    assert faulty(unknown="x") == {"unknown"}


def test_differences_are_told_field_by_field() -> None:
    assert differences(content(), content(stage="実装", tags=["LINE"])) == ["stage", "tags"]


def test_a_cost_is_known_by_a_figure_or_by_words() -> None:
    assert "cost_note" in missing(content())
    assert "cost_note" not in missing(content(cost_yearly=0))
    assert "cost_note" not in missing(content(cost_note="既存の予算"))
    assert set(ASKED) <= set(NAMES)
    assert content(cost_yearly=5).cost_yen == 5
    assert content(cost_initial=0, cost_yearly=5).cost_yen == 0
