"""Who redacted what, as readers see it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import iso
from hub.feed.contracts import Redaction
from hub.feed.contracts import ThreadRedaction as ThreadRedactionData
from hub.people.models import Organisation, Posting, Section, Staff
from hub.threads.models import Message, ThreadRedaction
from hub.threads.pseudonyms.models import Alias


def redactions_of_messages(session: Session, messages: Sequence[Message]) -> dict[int, Redaction]:
    redacted = [m for m in messages if m.redacted_at and m.redacted_by_id]
    by = _shown_as(session, {(m.thread_id, cast(int, m.redacted_by_id)) for m in redacted})
    return {
        m.id: {
            "by": by[m.thread_id, cast(int, m.redacted_by_id)],
            "at": iso(m.redacted_at),
            "reason": m.redaction_reason or "",
        }
        for m in redacted
        if m.redacted_at
    }


def redactions_of_threads(session: Session, ids: Sequence[int]) -> dict[int, list[ThreadRedactionData]]:
    """What was redacted of threads, in the order in which it was."""
    query = sa.select(ThreadRedaction).where(ThreadRedaction.thread_id.in_(ids)).order_by(ThreadRedaction.id)
    rows = session.scalars(query).all()
    by = _shown_as(session, {(row.thread_id, row.staff_id) for row in rows})
    found: defaultdict[int, list[ThreadRedactionData]] = defaultdict(list)
    for row in rows:
        data = {"part": row.part, "by": by[row.thread_id, row.staff_id], "at": iso(row.at), "reason": row.reason}
        found[row.thread_id].append(cast(ThreadRedactionData, data))
    return found


def _shown_as(session: Session, pairs: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """By thread and person. In an anonymous edition the DX section does it, and nobody of it by name: who looks after
    it may be who answered in it."""
    if not pairs:
        return {}
    staff_ids = {staff_id for _thread_id, staff_id in pairs}
    names = dict(session.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))).all())
    hiding = sa.select(Alias.thread_id).where(Alias.thread_id.in_({t for t, _s in pairs})).distinct()
    anonymous = set(session.scalars(hiding))
    sections = _dx_sections(session, staff_ids) if anonymous else {}
    return {(t, s): sections.get(s, names[s]) if t in anonymous else names[s] for t, s in pairs}


def _dx_sections(session: Session, staff_ids: Iterable[int]) -> dict[int, str]:
    """Body and section of those who are or were posted to the DX section."""
    query = (
        sa.select(Posting.staff_id, Organisation.name, Section.name)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Posting.staff_id.in_(staff_ids), Section.is_dx)
    )
    return {staff_id: f"{body} {section}" for staff_id, body, section in session.execute(query)}
