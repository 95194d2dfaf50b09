"""Twice the text takes at most about twice the time: every function that reads what people type, and every pattern of
the hub, over texts that repeat something small, which is where patterns and parsers go wrong."""

import importlib
import pkgutil
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hub
from hub.caution import find_cautions
from hub.sharing.details import Known, find_details
from hub.text import clean_html, find_mentions, plain_excerpt, render
from hub.text_chars import clean_line, clean_source
from hub.threads.pseudonyms.naming import names_itself
from tests.linear import too_slow

pytestmark = pytest.mark.once
KNOWN = Known(frozenset(["青木 花子", "佐藤 一"]), frozenset(["吉岡町", "榛東村"]))
MOST = 10**6
MARKS = (
    "# a\n¦a\n¦- a\n  ¦1. a\n¦> ¦> > a\n¦> - 1. a\n¦\n¦\n\n¦```\n¦```a\n¦    a\n¦~~~\n¦*¦**¦*a¦_a_¦a*b¦`¦``a`¦[¦]¦[a]("
    "¦[a](b)¦![¦[[¦(¦((¦()¦)"
    "¦<¦<a>¦</a>¦&¦&amp;¦\\¦--¦- - - ¦http://¦https://a.jp ¦https://a.jp/あ¦http://a.jp,¦://a¦a.¦a@b.jp ¦@"
    "¦|a|b|\n¦|-|-|\n¦|a|b|\n|-|-|\n"
).split("¦")
WORDS = (
    "a¦あ¦漢¦1¦１¦0¦ ¦　¦\t¦電話¦TEL ¦090-1234-5678 ¦027-123-4567\n¦03-¦+81-¦-¦1-1-1¦1-¦1番¦市¦町1¦漢市"
    "¦漢県漢市漢1-1¦郡¦大字1¦さん¦漢漢さん¦青木さんが¦円¦1円¦¥1,¦1,¦1億¦千¦一二¦100円100¦約1"
    "¦1.1.1.1¦aa:¦a-¦ab-1¦CVE-1-¦ID:¦パスワードは¦の漢です。¦a.jp"
    "¦\\\\a\\¦port 1¦Server 1¦v1¦1234 5678 9012 ¦123456789012¦口座番号¦普通1234567¦記号1¦ゆうちょ¦00123-4-¦「¦。"
    "¦👨‍👩‍👧¦か\u3099¦\u200b¦\u202e"
).split("¦")


def mixtures() -> list[str]:
    """Small things put together by chance, always the same ones."""
    luck = random.Random(20261130)
    return ["".join(luck.choices([*MARKS, *WORDS], k=luck.randint(2, 5))) for _ in range(40)]


REPEATED = [*MARKS, *WORDS, *mixtures()]


READERS: dict[str, Callable[[str], Any]] = {
    "render": render,
    "clean_html": clean_html,
    "plain_excerpt": lambda text: plain_excerpt(text, 100),
    "find_mentions": lambda text: find_mentions(text, ["DX戦略課", "吉岡町"]),
    "find_cautions": find_cautions,
    "find_details": lambda text: find_details(text, KNOWN),
    "names_itself": lambda text: names_itself(text, ["前橋市"]),
    "clean_source": lambda text: clean_source(text, max_chars=MOST),
    "clean_line": lambda text: clean_line(text.replace("\n", " "), max_chars=MOST),
}
# 10 us a character, and with a dictionary 20
SIZES = dict.fromkeys(("render", "clean_html", "plain_excerpt", "find_mentions", "names_itself"), (12_000, 0.06))
SIZES["find_details"] = (4_000, 0.06)


@pytest.mark.parametrize("name", READERS)
def test_readers_of_what_people_type_are_linear(name: str) -> None:
    """Seen to fail with the walker that bleach brings (render), and with every match compared with every other
    (find_cautions, find_details)."""
    chars, floor_s = SIZES.get(name, (24_000, 0.03))
    found = [too_slow(READERS[name], unit, chars, floor_s) for unit in REPEATED]
    assert [line for line in found if line] == []


SHORT = {"hub.search.language:_PART"}  # 500 letters


def patterns() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """(where, pattern, whether it is used to search) of every pattern that a module of the hub keeps."""
    for found in pkgutil.walk_packages(hub.__path__, "hub."):
        if ".migrations" in found.name or found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        for name, value in vars(module).items():
            searched = re.search(rf"\b{re.escape(name)}\.(?:search|finditer|findall|sub|split)\b", source) is not None
            for pattern in value if isinstance(value, tuple) else (value,):
                if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                    yield f"{found.name}:{name}", pattern, searched


def test_every_pattern_is_linear() -> None:
    """Seen to fail with `^\\s*` in a pattern of hub/search/excerpts.py, which went over all blank lines from each."""
    seen: set[int] = set()
    found = []
    for where, pattern, searched in patterns():
        if id(pattern) in seen or where in SHORT:
            continue
        seen.add(id(pattern))
        read = (lambda text, p=pattern: sum(1 for _ in p.finditer(text))) if searched else pattern.fullmatch
        found += [f"{where} {line}" for unit in REPEATED if (line := too_slow(read, unit, 8_000, 0.02))]
    assert len(seen) > 60
    assert found == []
