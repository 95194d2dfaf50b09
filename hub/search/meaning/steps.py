"""Making vectors, in small steps behind the index: documents of which nobody knows yet what they mean.

The reading process encodes; the worker writes what comes back, if the texts are still the same.
"""

from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.db import Database
from hub.search.index_state import hold_state
from hub.search.meaning.encoder import is_there, model
from hub.search.meaning.preparing import Made, digest_of, read_meant
from hub.search.meaning.store import put
from hub.search.models import SearchDocument, SearchState
from hub.search.sources.kinds import load_documents
from hub.search.store import Ref
from hub.search.text_faults import is_of_a_text

AT_ONCE = 20  # whoever searches waits for one such step at most: 0.1 s
log = structlog.get_logger()


def waiting() -> sa.ColumnElement[bool]:
    """Documents with texts to be encoded that this model has not encoded yet."""
    return sa.or_(SearchDocument.model < model(), SearchDocument.model > model())


def meaning_step(database: Database, size: int = AT_ONCE) -> bool:
    """The next documents. False when there is nothing to do."""
    if not is_there():
        return False
    with database.read() as session:
        state = session.get(SearchState, 1)
        if state is None or state.meaning_off:
            return False
        query = sa.select(SearchDocument.kind, SearchDocument.ref_id).where(waiting()).limit(size)
        refs: list[Ref] = [(kind, ref_id) for kind, ref_id in session.execute(query)]
    made = _made(database, refs) if refs else None
    return made is not None and database.write_apart(lambda session: _put(session, refs, made, utc_now()))


def _made(database: Database, refs: list[Ref]) -> Made | None:
    """A text that ends the process which encodes it is found by its words alone."""
    try:
        return database.read_apart(read_meant, refs)
    except Exception as fault:
        if not is_of_a_text(fault):
            raise
        if len(refs) == 1:
            (kind, ref_id), what = refs[0], type(fault).__name__
            log.error("search: a text that cannot be encoded", kind=kind, ref_id=ref_id, fault=what)
            return {refs[0]: (b"", b"")}
    half = len(refs) // 2
    first, rest = _made(database, refs[:half]), _made(database, refs[half:])
    return None if first is None or rest is None else first | rest


def _put(session: Session, refs: list[Ref], made: Made, now: datetime) -> bool:
    """Texts that changed since they were read are left for the next step. False when nothing was written, so that
    nobody goes round in circles."""
    state = hold_state(session)
    digests = {(d.kind, d.ref_id): digest_of(d) for d in load_documents(session, refs)}
    rows = []
    for ref in refs:
        digest, vectors = made.get(ref, (b"", b""))
        theirs = (SearchDocument.kind == ref[0], SearchDocument.ref_id == ref[1])
        row = session.scalar(sa.select(SearchDocument).where(*theirs, waiting()))
        if row is not None and (not vectors or digest == digests.get(ref)):
            row.model = model() if vectors else None
            rows.append((row, vectors))
    put(session, state, [(row, vectors) for row, vectors in rows if vectors], now)
    return bool(rows)
