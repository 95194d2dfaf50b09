"""`cases import`: many cases from one file. Every fault is told with its row; one fault, nothing written.

A row is known again by its `id`: the same row adds nothing, a changed one becomes a new version, and what people have
edited since is left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.events.happenings import happened
from hub.library.consents import consents_of_import
from hub.library.content import Content
from hub.library.happenings import CasesImported
from hub.library.import_bodies import Bodies, NewBody
from hub.library.import_fates import STEP, Fate, fates_of
from hub.library.import_rows import CheckedRow, checked_rows, known
from hub.library.models import Case
from hub.library.publishing import publish_all, publish_version
from hub.library.readers import Readers
from hub.library.records import CaseFile
from hub.library.versions import blank_case, index_facets, next_version
from hub.people.fields import ensure_fields

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
    session: Session,
    file: CaseFile,
    *,
    publish: bool,
    progress: Progress,
    confirm: Callable[[list[NewBody]], None],
    actor: Actor | None = None,
) -> Taken:
    """Raises ImportFault; nothing is written then. `confirm` is asked about the bodies that the file would add, and
    raises ImportFault where they are not to be. With `publish` new cases go out at once to their readers (all
    members, unless the file says otherwise), but for those of municipalities that take part: these are submitted to
    the town's manager. Known cases keep their readers."""
    ensure_fields(session)
    checked = checked_rows(file, known(session))
    confirm(checked.new_bodies)
    return put_rows(session, checked.rows, publish=publish, progress=progress, actor=actor)


def put_rows(
    session: Session, rows: list[CheckedRow], *, publish: bool, progress: Progress, actor: Actor | None = None
) -> Taken:
    """Write rows that have been checked."""
    bodies, taken = Bodies(session, [row.record for row in rows]), Taken()
    for start in range(0, len(rows), STEP):
        part = rows[start : start + STEP]
        _put(session, part, bodies, publish, taken, actor)
        progress(f"{start + len(part)} / {len(rows)}")
    happened(session, actor, CasesImported(detail=dict(vars(taken))))
    return taken


def _put(
    session: Session, rows: list[CheckedRow], bodies: Bodies, publish: bool, taken: Taken, actor: Actor | None
) -> None:
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
        consents = consents_of_import(session, actor, [case for case, _version, _content in out])
        publish_all(session, list(zip(out, consents, strict=True)))
        for case, _version, _content in out:
            case.last_confirmed_on = None  # taken over, confirmed by nobody
    _keep_back(session, kept_back, "review" if publish else "draft")
    taken.waiting += len(kept_back) if publish else 0
    agreed = [fate.case for fate in found if publish and fate.agreed and fate.case]
    for case, consent in zip(agreed, consents_of_import(session, actor, agreed), strict=True):
        publish_version(session, case, consent)


def _keep_back(session: Session, cases: list[tuple[Case, Content]], status: str) -> None:
    """A version of its own, beside what may be out: it needs its consents."""
    for case, _content in cases:
        case.status, case.approved_version = status, None
    unseen = [(case, content) for case, content in cases if case.published_version is None]
    if unseen:
        index_facets(session, unseen)


def _blank(row: CheckedRow, bodies: Bodies, publish: bool) -> Case:
    body = bodies.find(row.record, row.content)
    case = blank_case(bodies.session, body, bodies.owners_of(body), row.content)
    case.source_key, case.readers_chosen = row.key, row.readers is not None
    case.confirm_every_months = row.interval or case.confirm_every_months
    if row.readers or publish:
        case.audience_id = bodies.audience_of(body, row.readers or Readers("members"))
    return case
