"""The same question in several towns: open consultations that mean nearly the same as another body's, for whoever may
read both. Reads only, in the reading process."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.reading.registry import reading
from hub.search.corpus import Corpus
from hub.search.documents import Document
from hub.search.filters import each_facet
from hub.search.meaning.asking import nearness_of
from hub.search.newest import newest
from hub.search.similar import SAME
from hub.search.sources.kinds import load_documents

LOOKED_AT, OF_EACH, PAIRS_SHOWN = 100, 3, 50  # open ones, newest first; of each the nearest; pairs


@dataclass(frozen=True)
class Pair:
    """`first` is open; `second` may be answered. `near` decides their order and is not shown."""

    first: Document
    second: Document
    near: float


@reading()
def list_duplicates(session: Session, actor: Actor) -> list[Pair]:
    """The nearest first. None without the encoder."""
    corpus = Corpus(session, actor.audience_ids)
    bits = each_facet(corpus, ["kind:consultation", "state:open"])
    consultations = bits["kind:consultation"]
    looked_at = newest(corpus, consultations & bits["state:open"], LOOKED_AT)
    near = {pair: cosine for one in looked_at for pair, cosine in _near(corpus, one, consultations)}
    refs = corpus.refs({number for pair in near for number in pair})
    shown = {(d.kind, d.ref_id): d for d in load_documents(session, refs.values())}
    mine = {n: shown[ref] for n, ref in refs.items() if ref in shown and shown[ref].audience_id in actor.audience_ids}
    return list(_pairs(near, mine))[:PAIRS_SHOWN]


def _near(corpus: Corpus, one: int, among: int) -> Iterator[tuple[tuple[int, int], float]]:
    """Of two open ones either is looked at; they are one pair."""
    known = nearness_of(corpus, one)
    found = known.nearest(OF_EACH, among & ~(1 << one)) if known else {}
    for other, cosine in found.items():
        if cosine >= SAME:
            yield (max(one, other), min(one, other)), cosine


def _pairs(near: dict[tuple[int, int], float], mine: dict[int, Document]) -> Iterator[Pair]:
    """Those of two bodies. The newer one comes first: it is the one that may be answered with the other."""
    for (one, other), cosine in sorted(near.items(), key=lambda row: (-row[1], row[0])):
        if one in mine and other in mine and mine[one].organisation_id != mine[other].organisation_id:
            first, second = sorted((mine[one], mine[other]), key=lambda d: d.at, reverse=True)
            yield Pair(first, second, cosine)
