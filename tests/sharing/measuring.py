"""Sentences in which names are marked by hand, and how many of them are found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hub.search.analysis import morphemes
from hub.sharing.details import Known, find_details

_MARK = re.compile("〔(人|所|社):([^〕]+)〕")
TELLING = ("name", "body", "place", "company", "address", "personal")


@dataclass(frozen=True)
class Sentence:
    text: str
    names: list[tuple[str, int, int]]


def read_sentences(path: Path) -> list[Sentence]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_sentence(line) for line in lines if line and not line.startswith("#")]


def _sentence(line: str) -> Sentence:
    text, names, at = "", [], 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        names.append((match[1], len(text), len(text) + len(match[2])))
        text, at = text + match[2], match.end()
    return Sentence(text + line[at:], names)


@dataclass
class Measure:
    """By kind how many names there are and which were missed; the same of ordinary words that were marked."""

    names: dict[str, int] = field(default_factory=lambda: {"人": 0, "所": 0, "社": 0})
    missed: dict[str, list[str]] = field(default_factory=lambda: {"人": [], "所": [], "社": []})
    words: int = 0
    wrong: list[str] = field(default_factory=list)

    def rate(self, kind: str) -> float:
        return 1 - len(self.missed[kind]) / self.names[kind]

    @property
    def wrongly(self) -> float:
        return len(self.wrong) / self.words


def measure(sentences: Iterable[Sentence], known: Known | None = None) -> Measure:
    found = Measure()
    for sentence in sentences:
        details = find_details(sentence.text, known or Known())
        covered = {at for d in details if d.kind in TELLING for at in range(d.start, d.end)}
        named: set[int] = set()
        for kind, start, end in sentence.names:
            found.names[kind] += 1
            named |= set(range(start, end))
            if not {at for at in range(start, end) if not sentence.text[at].isspace()} <= covered:
                found.missed[kind].append(f"{sentence.text[start:end]} / {sentence.text}")
        for start, end in _words(sentence.text):
            if not named & set(range(start, end)):
                found.words += 1
                if covered & set(range(start, end)):
                    found.wrong.append(f"{sentence.text[start:end]} / {sentence.text}")
    return found


def _words(text: str) -> Iterator[tuple[int, int]]:
    for _surface, start, end, classes, _unknown, _lemma in morphemes(text):
        if classes[0] in ("名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "代名詞"):
            yield start, end
