"""What can be found, and how it is weighed: one document, its terms, and the mark of each term in it.

A mark is what a term says about a document, 0 to 255: BM25F's saturated frequency with the fields' weights in it,
against fixed lengths instead of the collection's averages. So it is known when the document is written, needs no
statistics that foreign documents could move, and ranking is adding up `idf x mark`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.clock import fiscal_year, in_japan
from hub.search.analysis import compounds, fold, pairs, words

TITLE_WEIGHT, SATURATION = 3.0, 1.2
TITLE_CURVE, BODY_CURVE = 0.4, 0.5  # how much longer fields count less
WORD_LENGTHS, PAIR_LENGTHS = (8, 90), (14, 170)  # usual lengths of title and body
FLOW_WORDS = 400
MEANT_CHARS = 300


@dataclass(frozen=True)
class Document:
    """`ref_id` is the row of its own table that `kind` names; `shelf` is the kind as people see it, where that is finer
    (a thread is a consultation, a notice or a talk). `keys` are its facets, such as `state:open`. The rest is shown:
    `heading` stands in for a title, `where` says where it stands. `labels` are found as the body is, and are shown only
    where the body does not explain the hit. `meant` are the texts by whose meaning it is found, too.
    """

    kind: str
    ref_id: int
    audience_id: int
    title: str
    body: str
    at: datetime
    keys: tuple[str, ...] = ()
    organisation_id: int | None = None
    thread_id: int | None = None
    shelf: str = ""
    url: str = ""
    heading: str = ""
    where: str = ""
    labels: str = ""
    meant: tuple[str, ...] = ()

    @property
    def shown_kind(self) -> str:
        return self.shelf or self.kind


@dataclass(frozen=True)
class Prepared:
    """A document with its terms: `marks` by term, and `flow`, the words of title and body in their order."""

    document: Document
    marks: dict[str, int]
    title_flow: list[str]
    body_flow: list[str]


def word_key(form: str) -> str:
    return "w" + form


def pair_key(pair: str) -> str:
    return "b" + pair


def compound_key(compound: str) -> str:
    return "c" + compound


def facet_key(facet: str) -> str:
    return "f" + facet


def period_keys(at: datetime) -> tuple[str, str]:
    """Its month, by which periods are searched, and its fiscal year, of which there are few enough to count each."""
    day = in_japan(at).date()
    return f"month:{day:%Y-%m}", f"year:{fiscal_year(day)}"


def meant(title: str, *texts: str) -> tuple[str, ...]:
    """The title, the beginning with it, and the beginnings of what else there is to say."""
    first, *others = texts
    found = (title, f"{title} {first}".strip()[:MEANT_CHARS], *(text[:MEANT_CHARS] for text in others))
    return tuple(dict.fromkeys(text for text in found if text.strip()))


def prepare(document: Document) -> Prepared:
    title, body = fold(document.title), fold("\n".join(filter(None, (document.body, document.labels))))
    title_words = [word_key(w.form) for w in words(title) if w.content]
    body_words = [word_key(w.form) for w in words(body) if w.content]
    marks = _marks(title_words, body_words, WORD_LENGTHS)
    marks |= _marks(map(pair_key, pairs(title)), map(pair_key, pairs(body)), PAIR_LENGTHS)
    marks |= dict.fromkeys((compound_key(c) for c in (*compounds(title), *compounds(body))), 0)
    marks |= dict.fromkeys(map(facet_key, (f"kind:{document.shown_kind}", *document.keys)), 0)
    return Prepared(document, marks, title_words[:FLOW_WORDS], body_words[:FLOW_WORDS])


def _marks(title: Iterable[str], body: Iterable[str], lengths: tuple[int, int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    fields = ((title, TITLE_WEIGHT, TITLE_CURVE, lengths[0]), (body, 1.0, BODY_CURVE, lengths[1]))
    for terms, weight, curve, usual in fields:
        counts = Counter(terms)
        damp = 1 - curve + curve * counts.total() / usual
        for term, count in counts.items():
            found[term] += weight * count / damp  # type: ignore[assignment]
    return {term: max(1, round(255 * f / (f + SATURATION))) for term, f in found.items()}
