"""No input of 10,000 characters is slow: four times the text takes about four times as long, never sixteen times."""

import time

import pytest

from hub.text import find_mentions, render
from hub.text_chars import visible

REPEATED = {
    "open brackets": "[",
    "close brackets": "]",
    "images": "![",
    "links without end": "[a](",
    "pointed links without end": "[a](<b",
    "links in links": "[a](b[c](d",
    "parentheses": "(",
    "addresses": "https://a.jp/a_b(c)。",
    "addresses without end": "https://a.jp/((((",
    "colons": "http://:",
    "long host": "https://a.",
    "backticks": "`",
    "backticks apart": "`a``b```c",
    "asterisks": "*",
    "asterisks in words": "*a**b",
    "unclosed bold": "**a *b ",
    "closed italics": "*あ*い",
    "underscores": "_a_ ",
    "quote marks": "> ",
    "quoted lines": ">>>>>>>>>>>> a\n",
    "list marks": "- ",
    "list lines": "- a\n",
    "numbered lines": "1. a\n",
    "tags": "<b>",
    "comments": "<!--",
    "ampersands": "&#x",
    "table rows": "|a|b\n|-|-\n",
    "narrow table": "a|\n",
    "headings": "# a\n",
    "line ends": "a\n",
    "empty lines": "a\n\n",
    "fences": "```\n",
    "at signs": "@",
    "mentions": "@吉岡",
    "spaces": " ",
    "joiners": "👨\u200d",
    "variations": "あ\ufe0f\ufe0f",
    "backslashes": "\\[",
    "wide text": "本日の**重要**な連絡です。\n",
}
NAMES = [f"吉岡町{number}課" for number in range(300)]


def growing(times: int) -> dict[str, str]:
    """Inputs that are not repetitions: nested and growing forms of about 2,500 characters x `times`."""
    chars = 2_500 * times
    depth = int((2 * chars) ** 0.5)
    return {
        "growing backticks": "".join("`" * n + "a" for n in range(depth)),
        "growing indents": "".join(" " * n + "- a\n" for n in range(depth)),
        "growing quotes": "".join(">" * n + "a\n" for n in range(depth)),
        "brackets around": "[" * (chars // 2) + "a" + "](https://a.jp)" * (chars // 30),
        "bold around": "**" * (chars // 4) + "a" + "**" * (chars // 4),
        "one long word with dots": f"[{'a.' * (chars // 2)}](https://a.jp)",
        "padded table": "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "x\n" * (chars // 2),
    }


def seconds(source: str) -> float:
    start = time.process_time()
    visible(source)
    render(source, NAMES)
    find_mentions(source, NAMES)
    return time.process_time() - start


def assert_linear(small: str, large: str) -> None:
    ratios = []
    for _ in range(3):  # other work on the machine may disturb one measurement, not three
        base, grown = max(seconds(small), 0.002), seconds(large)
        ratios.append(grown / base)
        if ratios[-1] < 9:
            return
    raise AssertionError(f"four times the text took {[round(ratio, 1) for ratio in ratios]} times as long")


@pytest.mark.parametrize("piece", REPEATED.values(), ids=REPEATED)
def test_repeated_marks_take_linear_time(piece):
    assert_linear(piece * (2_500 // len(piece)), piece * (10_000 // len(piece)))


@pytest.mark.parametrize("name", growing(1))
def test_nested_marks_take_linear_time(name):
    assert_linear(growing(1)[name], growing(4)[name])
