"""Repairing mistyped words: the nearest one that stands in the reader's own documents."""

import re
import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa

from hub.search.analysis import compounds, fold, reading, to_katakana
from hub.search.corpus import Corpus
from hub.search.documents import compound_key
from hub.search.models import SearchPosting, SearchTerm

SHORTEST, LONGEST, MOST_INSIDE = 3, 14, 6
MOST_COMPLETED = 200
_VOICED = re.compile("[\u3099\u309a]")
_KANJI = re.compile(r"[一-龥々]")
_FOREIGN = re.compile(r"[ァ-ヴー]{4,}|[a-z]{4,}")


def repair(corpus: Corpus, text: str) -> str | None:
    """The text with unknown words replaced; None when nothing could be repaired."""
    chunks = [fold(chunk) for chunk in text.split()]
    repaired = [_nearest(corpus, chunk) or _inside(corpus, chunk) for chunk in chunks]
    return " ".join(repaired) if repaired != chunks else None


def _inside(corpus: Corpus, chunk: str) -> str:
    """In the midst of a sentence words in katakana or latin letters are repaired: those alone stand apart there."""
    for word in compounds(chunk)[:MOST_INSIDE]:
        if _FOREIGN.fullmatch(word):
            chunk = chunk.replace(word, _nearest(corpus, word) or word)
    return chunk


def _nearest(corpus: Corpus, word: str) -> str | None:
    if not SHORTEST <= len(word) <= LONGEST or word.isdigit():
        return None
    key = compound_key(word)
    if corpus.counts([corpus.ids([key])[key]]).get(corpus.ids([key])[key], 0):
        return None
    allowed, best = 1 if len(word) < 6 else 2, []
    candidates = dict(_alike(corpus, word, allowed))
    counts = corpus.counts(candidates)
    for id_, other in candidates.items():
        if counts.get(id_, 0) > 0:
            distance = edits(to_katakana(word), to_katakana(other), allowed)
            if distance <= allowed and _is_slip(word, other):
                best.append((distance, -counts[id_], other))
    return min(best)[2] if best else None


def _is_slip(word: str, other: str) -> bool:
    """A word with kanji is mistyped by choosing others of the same sound (住民表 for 住民票); of another sound it is
    another word (公用車 is no slip for 専用車)."""
    return not _KANJI.search(word + other) or _sound(word) == _sound(other) != ""


def _sound(word: str) -> str:
    """Without what compounds voice: 本棚 sounds ダナ, 棚 alone タナ."""
    return _VOICED.sub("", unicodedata.normalize("NFD", reading(word)))


def _alike(corpus: Corpus, word: str, allowed: int) -> Iterator[tuple[int, str]]:
    """Compounds of nearly the same length that begin or end alike."""
    key, length = SearchTerm.key, sa.func.length(SearchTerm.key)
    near = length.between(len(word) + 1 - allowed, len(word) + 1 + allowed)
    alike = sa.or_(
        sa.and_(key >= compound_key(word[:1]), key < compound_key(word[:1]) + "\U0010ffff"),
        sa.and_(key.startswith("c"), key.endswith(word[-2:], autoescape=True)),
    )
    query = sa.select(SearchTerm.id, key).where(near, alike, _mine(corpus))
    for id_, found in corpus.session.execute(query):
        yield id_, found[1:]


def _mine(corpus: Corpus) -> sa.ColumnElement[bool]:
    """Terms of the reader's own documents: a word that stands in foreign ones alone is not even looked at."""
    held = sa.and_(SearchPosting.term_id == SearchTerm.id, SearchPosting.audience_id.in_(corpus.audiences))
    return sa.exists().where(held)


def edits(one: str, other: str, most: int) -> int:
    """How many letters must be changed, added, left out or swapped with their neighbour; `most` + 1 when more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]


def complete(corpus: Corpus, beginning: str, limit: int = 8) -> list[str]:
    """Compounds of the reader's documents that begin so: the commonest first, among equals the shortest."""
    folded = fold(beginning).split()[-1:] or [""]
    word = folded[0]
    if len(word) < 2:
        return []
    key = compound_key(word)
    common = sa.func.sum(SearchPosting.count).desc()
    query = (
        sa.select(SearchTerm.id, SearchTerm.key)
        .join(SearchPosting, SearchPosting.term_id == SearchTerm.id)
        .where(SearchTerm.key > key, SearchTerm.key < key + "\U0010ffff")
        .where(SearchPosting.audience_id.in_(corpus.audiences))
        .group_by(SearchTerm.id, SearchTerm.key)
        .order_by(common, sa.func.length(SearchTerm.key), SearchTerm.key)
        .limit(MOST_COMPLETED)
    )
    found = {id_: text[1:] for id_, text in corpus.session.execute(query)}
    counts = corpus.counts(found)  # without hidden documents, so the order may be another one
    kept = sorted((-counts[id_], len(text), text) for id_, text in found.items() if counts.get(id_, 0) > 0)
    return [text for _count, _length, text in kept[:limit]]
