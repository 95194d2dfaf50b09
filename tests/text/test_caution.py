"""What looks like personal data, and what ordinary administrative text looks like. The fixture is shared with
`tests/js/caution.test.js`, so that the browser and the server warn of the same."""

import json
from pathlib import Path

import pytest

from hub.caution import find_cautions
from tests.linear import too_slow

CASES = json.loads((Path(__file__).parent.parent / "fixtures" / "cautions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_personal_data_is_found_and_administrative_text_is_not(case):
    text = case["text"]
    assert [[found.kind, text[found.start : found.end]] for found in find_cautions(text)] == case["found"]


def test_every_wrong_check_digit_is_no_individual_number():
    right = [digit for digit in range(10) if find_cautions(f"12345678901{digit}")]
    assert right == [8]


def test_a_check_digit_is_zero_when_the_rest_is_zero_or_one():
    assert find_cautions("110000000000")  # 1x6 + 1x5 = 11, rest 0
    assert find_cautions("200000000000")  # 2x6 = 12, rest 1


def test_a_page_of_administrative_text_has_no_false_alarm():
    page = "\n".join(case["text"] for case in CASES if not case["found"])
    assert find_cautions(page) == []


@pytest.mark.parametrize(
    "piece",
    [
        "町",
        "町1",
        "1-",
        "大字1",
        "群馬県前橋市大手町",
        "口座番号",
        "記号1",
        "0279-",
        "1234 ",
        "(0",
        "一",
        "+81",
        "市1-1",
    ],
)
def test_nasty_text_takes_linear_time(piece):
    assert not too_slow(find_cautions, piece, 24_000, floor_s=0.01)
