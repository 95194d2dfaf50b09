"""Figures as people write them, and as pages show them."""

import pytest

from hub.charts.figures import grouped, number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("36", 36.0),
        ("約36", 36.0),
        ("３６", 36.0),
        ("1,200.5", 1200.5),
        ("-70", -70.0),
        ("▲3", -3.0),
        ("", None),
        ("8分から4分", None),
        ("36人", None),
        ("9" * 40, None),
    ],
)
def test_a_text_is_a_number_or_none(text: str, number: float | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("62307", "62,307"),
        ("約16000", "約16,000"),
        ("-1500", "-1,500"),
        ("20099.2", "20,099.2"),
        ("12000人", "12,000人"),
        ("999", "999"),
        ("0012", "0012"),
        ("2024年度", "2024年度"),
        ("2024-03", "2024-03"),
        ("4割", "4割"),
        ("62,307", "62,307"),
        (62307, "62,307"),
    ],
)
def test_figures_are_grouped_and_years_are_not(text: object, shown: str) -> None:
    assert grouped(text) == shown
