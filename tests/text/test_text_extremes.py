"""Every pathological input of the speed benchmark is rendered whole: no recursion limit, no refusal, no lost text."""

import pytest

from bench.text_speed import NAMES, REPEATED, growing
from hub.text import clean_html, find_mentions, render

EXTREMES = {name: piece * (10_000 // len(piece)) for name, piece in REPEATED.items()} | growing(4)


@pytest.mark.parametrize("source", EXTREMES.values(), ids=EXTREMES)
def test_an_extreme_body_renders_to_html_that_is_already_clean(source):
    html = render(source, NAMES)
    assert clean_html(html) == html
    assert isinstance(find_mentions(source, NAMES), list | set | tuple)
