"""Which documents answer a text best. Rare terms find the candidates; the frequent ones, which would cost the time, are
looked up in the best candidates alone; then order of words and likeness of titles decide among those. What is near in
meaning joins the candidates, and how near counts beside what the words say (`blending.py`)."""

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum

from hub.search.analysis import Word, fold, has_dictionary, is_content, pairs, words
from hub.search.blending import Ranked, blend
from hub.search.blocks import unpack
from hub.search.corpus import Corpus, Vector
from hub.search.documents import MEANT_CHARS, TITLE_WEIGHT, pair_key, word_key
from hub.search.foreign import is_foreign, telling
from hub.search.meaning.asking import nearness
from hub.search.synonyms import Synonyms, Unit

PAIR_WEIGHT, SYNONYM_WEIGHT, ORDER_WEIGHT, TITLE_LIKENESS = 0.4, 0.7, 0.3, 0.5
FIRST_WORDS = 12  # stand in for a title where there is none
BUDGET = 8_000  # postings that are looked at for candidates
CANDIDATES, OF_EACH_SHELF = 100, 6
ENOUGH = 0.3  # of what a document could reach that says all of it
NEAR = 0.5  # the cosine from which something is shown as near that has none of the words: of 14 texts one by chance
NEAR_ACROSS = 0.35  # the same across languages, where all cosines are lower


@dataclass(frozen=True)
class Asked:
    """An analysed text: its words, its units, and how often each term key is asked for; and the texts by whose meaning
    is asked, of which the nearest counts. `foreign`: in another language than the documents."""

    words: tuple[Word, ...]
    units: tuple[Unit, ...]
    weights: dict[str, float] = field(repr=False)
    meant: tuple[str, ...] = ()
    foreign: bool = False

    @property
    def forms(self) -> list[str]:
        return [word_key(w.form) for w in self.words if w.content]

    @property
    def pairs(self) -> list[str]:
        return [key.removeprefix(pair_key("")) for key in self.weights if key.startswith(pair_key(""))]


def ask(text: str, synonyms: Synonyms) -> Asked:
    folded = fold(text)
    foreign = has_dictionary() and is_foreign(folded)
    found = tuple(telling(words(folded)) if foreign else words(folded))
    units = tuple(synonyms.units(found))
    weights: Counter[str] = Counter(word_key(w.form) for w in found if w.content)
    own, more = set(weights), {}
    for unit in units:
        for form in {f for alternative in unit.alternatives for f in alternative.forms}:
            if word_key(form) not in own and is_content(form):
                more[word_key(form)] = SYNONYM_WEIGHT
    for pair, count in Counter(pairs(folded)).items():
        if not (foreign and pair.isalpha()):  # letters that English shares with a name in a Japanese text say nothing
            more[pair_key(pair)] = PAIR_WEIGHT * count
    return Asked(found, units, dict(weights) | more, (text[:MEANT_CHARS],), foreign)


def rank(
    corpus: Corpus,
    asked: Asked,
    limit: int,
    allowed: int | None = None,
    *,
    looked_at: int = CANDIDATES,
    shelves: Sequence[int] = (),
) -> list[Ranked]:
    """The best documents, best first; of those in `allowed` when given. `looked_at` candidates are weighed in full, and
    of each of the `shelves` the first few, which a fuller shelf would crowd out."""
    ids = corpus.ids(asked.weights)
    counts = corpus.counts(ids[key] for key in asked.weights)
    # A word that stands in foreign documents alone is one that stands nowhere: it must not move a score.
    ids = {key: id_ if counts.get(id_, 0) > 0 else 0 for key, id_ in ids.items()}
    terms = {ids[k]: w * corpus.idf(counts[ids[k]]) for k, w in asked.weights.items() if counts.get(ids[k], 0) > 0}
    found = _candidates(corpus, terms, counts, None if allowed is None else allowed.to_bytes(corpus.length, "little"))
    best = heapq.nlargest(max(looked_at, limit), found, key=found.__getitem__)
    best = list(dict.fromkeys((*best, *_of_each(found, corpus, shelves)))) if len(found) > len(best) else best
    vectors = corpus.vectors(best)
    likeness = Likeness(asked, ids, {t: corpus.idf(counts.get(t, 0)) for t in (ids[k] for k in asked.forms)})
    said = {n: likeness.improve(_score(vectors[n], terms), vectors[n]) for n in best if n in vectors}
    named = frozenset(n for n in said if likeness.is_named(vectors[n]))
    # A word of a foreign sentence that stands somewhere is one of many: it does not lead because no other does.
    whole = whole_of(corpus, asked) if asked.foreign else 0.0
    ranked = blend(said, named, nearness(corpus, asked.meant), allowed, shelves, whole)
    return ranked if shelves else ranked[:limit]


def _of_each(found: dict[int, float], corpus: Corpus, shelves: Iterable[int]) -> Iterator[int]:
    for shelf in shelves:
        bits = shelf.to_bytes(corpus.length, "little")
        there = [number for number in found if bits[number >> 3] >> (number & 7) & 1]
        yield from heapq.nlargest(OF_EACH_SHELF, there, key=found.__getitem__)


def whole_of(corpus: Corpus, asked: Asked) -> float:
    """What a document could reach that says all of it, once."""
    ids = corpus.ids(asked.forms)
    counts = corpus.counts(ids.values())
    return sum(corpus.idf(counts.get(ids[key], 0)) for key in set(asked.forms))


def near_at_all(asked: Asked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Without what has none of the words and is nearest only because nothing is nearer."""
    return [r for r in ranked if r.said or r.near >= _near(asked)]


def _near(asked: Asked) -> float:
    return NEAR_ACROSS if asked.foreign else NEAR


def alike(corpus: Corpus, asked: Asked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Those that say enough of what was asked to be shown without being hits."""
    floor = ENOUGH * whole_of(corpus, asked)
    return [r for r in ranked if (r.said and r.said >= floor) or r.near >= _near(asked)]


def _candidates(
    corpus: Corpus, terms: dict[int, float], counts: dict[int, int], allowed: bytes | None
) -> dict[int, float]:
    """Documents by number with what the rarest terms say of them."""
    chosen: list[int] = []
    seen = 0
    for term in sorted(terms, key=counts.__getitem__):
        if chosen and seen + counts[term] > BUDGET:
            break
        chosen.append(term)
        seen += counts[term]
    found: dict[int, float] = {}
    for posting in corpus.postings(chosen):
        weight, start = terms[posting.term], posting.start
        for slot, mark in zip(unpack(posting.slots), posting.marks, strict=True):
            number = start + slot
            found[number] = found.get(number, 0.0) + weight * mark
    hidden = corpus.hidden_bits.to_bytes(corpus.length, "little") if corpus.hidden else None
    if allowed is not None:
        found = {n: s for n, s in found.items() if allowed[n >> 3] >> (n & 7) & 1}
    if hidden is not None:
        found = {n: s for n, s in found.items() if not hidden[n >> 3] >> (n & 7) & 1}
    return found


def _score(vector: Vector, terms: dict[int, float]) -> float:
    """The exact sum (`fsum`), for it must not depend on the order of terms, which foreign documents could change."""
    ids, marks = vector.terms, vector.marks
    return fsum(terms[term] * marks[bisect_left(ids, term)] for term in terms.keys() & set(ids)) / 255


class Likeness:
    """Words in the same order, and a title (or beginning) that says the same and little else."""

    def __init__(self, asked: Asked, ids: dict[str, int], idf: dict[int, float]) -> None:
        flow = self.flow = [ids[key] for key in asked.forms]
        self.idf = {term: idf[term] for term in set(flow)}
        self.total = sum(self.idf.values()) or 1.0
        self.usual = self.total / max(1, len(self.idf))
        self.neighbours = {p: min(self.idf[p[0]], self.idf[p[1]]) for p in zip(flow, flow[1:], strict=False) if all(p)}

    def improve(self, score: float, vector: Vector) -> float:
        middle = vector.flow.index(0) if 0 in vector.flow else len(vector.flow)
        title, body = vector.flow[:middle], vector.flow[middle + 1 :]
        return (score + ORDER_WEIGHT * self._order(title, body)) * (1 + TITLE_LIKENESS * self._title(title, body))

    def is_named(self, vector: Vector) -> bool:
        """Whether its title is what was asked, word for word."""
        middle = vector.flow.index(0) if 0 in vector.flow else 0
        return bool(self.flow) and list(vector.flow[:middle]) == self.flow

    def _order(self, title: Sequence[int], body: Sequence[int]) -> float:
        met: Counter[tuple[int, int]] = Counter()
        for flow, weight in ((title, TITLE_WEIGHT), (body, 1.0)):
            for pair in zip(flow, flow[1:], strict=False):
                if pair in self.neighbours:
                    met[pair] += weight  # type: ignore[assignment]
        return sum(self.neighbours[pair] * times / (times + 1.2) for pair, times in met.items())

    def _title(self, title: Sequence[int], body: Sequence[int]) -> float:
        said = set(title or body[:FIRST_WORDS])
        common = sum(self.idf[term] for term in said & self.idf.keys())
        return 2 * common / (self.total + common + self.usual * len(said - self.idf.keys()))
