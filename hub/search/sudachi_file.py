"""Files in the Sudachi synonym format: groups of lines, the ninth column the word, the third says what it is good for:
0 (or nothing) for everything, 1 to be found through the others without leading to them, 2 for nothing.

Read in the process that is confined (`hub/confined/`), which has no words for people."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.confined.refusal import Refused
from hub.search.synonyms import ARROW, plain_word
from hub.sheets.delimited import decoded

GROUP, CONTROL, WORD = 0, 2, 8
FOUND_ONLY, LEFT_OUT = "1", "2"
# Sudachi's own file has 24,745 groups of up to 25 words, 67,000 in all; the longest is the name of a law.
MOST_GROUPS, MOST_WORDS_OF_GROUP, MOST_WORDS, WORD_CHARS, LINE_CHARS = 30_000, 30, 75_000, 200, 1_000


@dataclass
class Found:
    """The groups with two words or more, one of which leads to the others; `passed`: lines that have another shape, and
    are no remarks."""

    groups: list[tuple[str, ...]] = field(default_factory=list)
    passed: int = 0


def lines_of(path: str) -> Iterator[list[Any]]:
    """["group", its words] for each, then ["passed", how many lines]. Raises Refused."""
    text = decoded(Path(path).read_bytes())
    if "\0" in text:
        raise Refused("encoding")
    found = groups_of(text)
    for group in found.groups:
        yield ["group", list(group)]
    yield ["passed", found.passed]


def groups_of(text: str) -> Found:
    """Raises Refused."""
    said = Found()
    words_of: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for group, word, leads in _entries(text, said):
        words_of[group][word] = leads or words_of[group].get(word, False)
        if len(words_of[group]) > MOST_WORDS_OF_GROUP:
            raise Refused("group", group=group[:20], n=MOST_WORDS_OF_GROUP)
    said.groups = [_group(words) for words in words_of.values() if len(words) > 1 and any(words.values())]
    if not said.groups:
        raise Refused("none")
    if len(said.groups) > MOST_GROUPS:
        raise Refused("groups", n=MOST_GROUPS)
    if sum(map(len, said.groups)) > MOST_WORDS:
        raise Refused("words", n=MOST_WORDS)
    return said


def _group(words: dict[str, bool]) -> tuple[str, ...]:
    return tuple(word if leads else ARROW + word for word, leads in words.items())


def _entries(text: str, said: Found) -> Iterator[tuple[str, str, bool]]:
    """Group and word of each line that is one, and whether it leads to the others. Raises Refused."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_CHARS:
            raise Refused("line", line=number, n=LINE_CHARS)
        row = line.split(",")
        word = plain_word(row[WORD].strip()) if len(row) > WORD else ""
        if len(word) > WORD_CHARS:
            raise Refused("word", line=number, n=WORD_CHARS)
        if not word or not row[GROUP].isdigit():
            said.passed += bool(line.strip()) and not line.lstrip().startswith("#")
        elif row[CONTROL] != LEFT_OUT:
            yield row[GROUP], word, row[CONTROL] != FOUND_ONLY
