"""Reading and encoding what documents mean, in the reading process."""

from hashlib import blake2b

from sqlalchemy.orm import Session

from hub.reading.registry import reading
from hub.search.documents import Document
from hub.search.meaning.encoder import SIZE, encode, is_ready, pack
from hub.search.sources.kinds import load_documents
from hub.search.store import Ref

LIMIT_S, YIELDS_S = 60.0, 0.6  # behind what the index asks for
Made = dict[Ref, tuple[bytes, bytes]]  # digest of the texts, and their vectors


@reading(limit_s=LIMIT_S, yields_s=YIELDS_S)
def read_meant(session: Session, refs: list[Ref]) -> Made | None:
    """None where the encoder does not load."""
    if not is_ready():
        return None
    documents = load_documents(session, refs)
    texts = [text for document in documents for text in document.meant]
    vectors, at, made = pack(encode(texts)) if texts else b"", 0, {}
    for document in documents:
        end = at + SIZE * len(document.meant)
        made[document.kind, document.ref_id] = (digest_of(document), vectors[at:end])
        at = end
    return made


def digest_of(document: Document) -> bytes:
    return blake2b("\x00".join(document.meant).encode("utf-8", "ignore"), digest_size=16).digest()
