"""Reading and analysing what shall stand in the index, in the reading process."""

from sqlalchemy.orm import Session

from hub.reading.registry import reading
from hub.search.documents import Prepared, prepare
from hub.search.sources.kinds import load_documents
from hub.search.store import Ref

LIMIT_S, YIELDS_S = 60.0, 0.3


@reading(limit_s=LIMIT_S, yields_s=YIELDS_S)
def read_prepared(session: Session, refs: list[Ref]) -> list[Prepared]:
    return [prepare(document) for document in load_documents(session, refs)]
