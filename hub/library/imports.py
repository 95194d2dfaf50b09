"""`cases import`: many cases from one file. Every fault is told with its row; one fault, nothing written.

A row is known again by its `id`: the same row adds nothing, a changed one becomes a new version, and what people have
edited since is left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.fields import ensure_fields
from hub.library.content import Content, content_of
from hub.library.import_bodies import Bodies
from hub.library.import_rows import CheckedRow, checked_rows, known_fields
from hub.library.models import Case, CaseVersion
from hub.library.records import Record
from hub.library.services.workflow import put_all_out
from hub.library.versions import blank_case, next_version, shelve
from hub.library.vocabulary import all_as_named_now
from hub.records.audit import record as audit
from hub.security.actor import Actor

Progress = Callable[[str], None]
STEP = 100


@dataclass
class Taken:
    """How many rows were `new`, `changed`, the `same` as before, or `kept` because people have edited the case."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0


def import_cases(
    session: Session, records: list[Record], *, publish: bool, progress: Progress, actor: Actor | None = None
) -> Taken:
    """Raises ImportFault; nothing is written then. With `publish` all members read new cases at once; known ones keep
    their readers."""
    ensure_fields(session)
    rows = checked_rows(records, known_fields(session))
    return put_rows(session, rows, publish=publish, progress=progress, actor=actor)


def put_rows(
    session: Session, rows: list[CheckedRow], *, publish: bool, progress: Progress, actor: Actor | None = None
) -> Taken:
    """Write rows that have been checked."""
    bodies, taken = Bodies(session), Taken()
    for start in range(0, len(rows), STEP):
        part = rows[start : start + STEP]
        _put(session, part, bodies, publish, taken)
        progress(f"{start + len(part)} / {len(rows)}")
    audit(session, actor, "case.imported", "cases", detail=vars(taken))
    return taken


def plan_import(session: Session, rows: list[CheckedRow]) -> list[tuple[CheckedRow, str]]:
    """What would become of each row: the name of a field of `Taken`. Nothing is written."""
    parts = [rows[start : start + STEP] for start in range(0, len(rows), STEP)]
    return [(row, fate) for part in parts for row, _case, fate in _fates(session, part)]


def _put(session: Session, rows: list[CheckedRow], bodies: Bodies, publish: bool, taken: Taken) -> None:
    """Some rows together: the number of statements does not depend on how many they are."""
    cases: list[tuple[Case, Content]] = []
    for row, there, fate in _fates(session, rows):
        setattr(taken, fate, getattr(taken, fate) + 1)
        if fate in ("new", "changed"):
            case = there or _blank(row, bodies)
            case.source_hash = row.digest
            cases.append((case, row.content))
    session.add_all(case for case, _content in cases)
    session.flush()
    ready = [(case, next_version(None, case, content), content) for case, content in cases]
    session.add_all(version for _case, version, _content in ready)
    if publish and ready:
        _publish(session, ready, bodies.members)
    elif ready:
        for case, _content in cases:  # a version of its own beside what is out: it needs its consents
            case.status, case.approved_version = "draft", None
        shelve(session, [(case, content) for case, content in cases if case.published_version is None])


def _blank(row: CheckedRow, bodies: Bodies) -> Case:
    body = bodies.find(row.record)
    case = blank_case(bodies.session, body, bodies.owners_of(body), row.content)
    case.source_key = row.key
    return case


def _publish(session: Session, ready: list[tuple[Case, CaseVersion, Content]], members: int) -> None:
    for case, version, _content in ready:
        if version.number == 1:
            case.audience_id = members
    put_all_out(session, ready)
    for case, _version, _content in ready:
        case.last_confirmed_on = None  # taken over, confirmed by nobody


def _fates(session: Session, rows: list[CheckedRow]) -> list[tuple[CheckedRow, Case | None, str]]:
    """`same` also when the file is not the one that was imported but says what the newest version says: an export."""
    keys = [row.key for row in rows]
    known = {c.source_key: c for c in session.scalars(sa.select(Case).where(Case.source_key.in_(keys)))}
    found = [(row, known.get(row.key)) for row in rows]
    differing = [(row, case) for row, case in found if case is not None and case.source_hash != row.digest]
    versions = _newest(session, [case for _row, case in differing])
    said = all_as_named_now(session, [content_of(versions[case.id].content) for _row, case in differing])
    meant = all_as_named_now(session, [row.content for row, _case in differing])
    fates = {
        row.key: "same" if old == new else "kept" if _is_theirs(case, versions[case.id]) else "changed"
        for (row, case), old, new in zip(differing, said, meant, strict=True)
    }
    return [(row, case, "new" if case is None else fates.get(row.key, "same")) for row, case in found]


def _is_theirs(case: Case, newest: CaseVersion) -> bool:
    """People have edited it or taken it away from its readers: no file knows better."""
    return newest.author_id is not None or case.status == "withdrawn"


def _newest(session: Session, cases: list[Case]) -> dict[int, CaseVersion]:
    query = sa.select(CaseVersion).join(
        Case, sa.and_(Case.id == CaseVersion.case_id, Case.version == CaseVersion.number)
    )
    query = query.where(Case.id.in_([case.id for case in cases]))
    return {version.case_id: version for version in session.scalars(query)} if cases else {}
