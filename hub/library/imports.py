"""`cases import`: many cases from one file. Every fault is told with its row; one fault, nothing written.

A row is known again by its `id`: the same row adds nothing, a changed one becomes a new version, and what people have
edited since is left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.accounts.fields import ensure_fields
from hub.library.content import Content
from hub.library.import_bodies import Bodies
from hub.library.import_fates import STEP, Fate, fates_of
from hub.library.import_rows import CheckedRow, checked_rows, known
from hub.library.models import Case
from hub.library.publishing import put_all_out, put_out
from hub.library.readers import Readers
from hub.library.records import Record
from hub.library.versions import blank_case, next_version, shelve
from hub.records.audit import record as audit
from hub.security.actor import Actor

Progress = Callable[[str], None]


@dataclass
class Taken:
    """How many rows were `new`, `changed`, the `same` as before, `agreed` (the same, and put out because the town's
    manager had agreed to it), or `kept` because people have edited the case. Of the new and changed ones that were to
    go out, `waiting` wait for their town's manager."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    agreed: int = 0
    waiting: int = 0


def import_cases(
    session: Session, records: list[Record], *, publish: bool, progress: Progress, actor: Actor | None = None
) -> Taken:
    """Raises ImportFault; nothing is written then. With `publish` new cases go out at once to their readers (all
    members, unless the file says otherwise), but for those of municipalities that take part: these are submitted to
    the town's manager. Known cases keep their readers."""
    ensure_fields(session)
    rows = checked_rows(records, known(session))
    return put_rows(session, rows, publish=publish, progress=progress, actor=actor)


def put_rows(
    session: Session, rows: list[CheckedRow], *, publish: bool, progress: Progress, actor: Actor | None = None
) -> Taken:
    """Write rows that have been checked."""
    bodies, taken = Bodies(session, [row.record for row in rows]), Taken()
    for start in range(0, len(rows), STEP):
        part = rows[start : start + STEP]
        _put(session, part, bodies, publish, taken)
        progress(f"{start + len(part)} / {len(rows)}")
    audit(session, actor, "case.imported", "cases", detail=vars(taken))
    return taken


def _put(session: Session, rows: list[CheckedRow], bodies: Bodies, publish: bool, taken: Taken) -> None:
    """Some rows together: the number of statements does not depend on how many they are."""
    found = fates_of(session, rows, bodies, lock=True)
    written: list[tuple[Fate, Case]] = []
    for fate in found:
        name = "agreed" if publish and fate.agreed else fate.name
        setattr(taken, name, getattr(taken, name) + 1)
        if fate.name in ("new", "changed"):
            case = fate.case or _blank(fate.row, bodies, publish)
            case.source_hash = fate.row.digest
            written.append((fate, case))
    session.add_all(case for _fate, case in written)
    session.flush()
    ready = [(fate, case, next_version(None, case, fate.row.content)) for fate, case in written]
    session.add_all(version for _fate, _case, version in ready)
    out = [(case, version, fate.row.content) for fate, case, version in ready if publish and not fate.waits]
    kept_back = [(case, fate.row.content) for fate, case, _version in ready if not publish or fate.waits]
    if out:
        put_all_out(session, out)
        for case, _version, _content in out:
            case.last_confirmed_on = None  # taken over, confirmed by nobody
    _keep_back(session, kept_back, "review" if publish else "draft")
    taken.waiting += len(kept_back) if publish else 0
    for case in [fate.case for fate in found if publish and fate.agreed and fate.case]:
        put_out(session, case)


def _keep_back(session: Session, cases: list[tuple[Case, Content]], status: str) -> None:
    """A version of its own, beside what may be out: it needs its consents."""
    for case, _content in cases:
        case.status, case.approved_version = status, None
    unseen = [(case, content) for case, content in cases if case.published_version is None]
    if unseen:
        shelve(session, unseen)


def _blank(row: CheckedRow, bodies: Bodies, publish: bool) -> Case:
    body = bodies.find(row.record)
    case = blank_case(bodies.session, body, bodies.owners_of(body), row.content)
    case.source_key, case.readers_chosen = row.key, row.readers is not None
    case.confirm_every_months = row.interval or case.confirm_every_months
    if row.readers or publish:
        case.audience_id = bodies.audience_of(body, row.readers or Readers("members"))
    return case
