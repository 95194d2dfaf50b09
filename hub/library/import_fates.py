"""What an import would do with each row: add a case, change the one that is there, or leave it alone."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.library.content import content_of
from hub.library.import_bodies import Bodies
from hub.library.import_rows import CheckedRow
from hub.library.models import Case, CaseVersion
from hub.library.readers import needs_consent
from hub.library.vocabulary import all_as_named_now
from hub.people.models import Organisation

STEP = 100  # rows that are looked at together


@dataclass(frozen=True)
class Fate:
    """What would become of a row: the name of a field of `Taken`. `town`: of a municipality that takes part."""

    row: CheckedRow
    case: Case | None
    name: str
    town: bool

    @property
    def waits(self) -> bool:
        """Whether it needs the town's word before it goes out."""
        return self.town and self.name in ("new", "changed")

    @property
    def agreed(self) -> bool:
        """Whether that word is there already: for exactly this text, and for the readers that are set."""
        case = self.case
        if case is None or self.name != "same" or case.published_version == case.version:
            return False
        return case.status == "review" and case.approved_version == case.version


def plan_import(session: Session, rows: list[CheckedRow]) -> list[Fate]:
    """What would become of each row. Nothing is written."""
    bodies = Bodies(session, [row.record for row in rows])
    parts = [rows[start : start + STEP] for start in range(0, len(rows), STEP)]
    return [fate for part in parts for fate in fates_of(session, part, bodies)]


def fates_of(session: Session, rows: list[CheckedRow], bodies: Bodies, *, lock: bool = False) -> list[Fate]:
    """`same` also when the file is not the one that was imported but says what the newest version says: an export.
    `lock`: nobody edits the cases or takes back a consent until the commit."""
    keys = [row.key for row in rows]
    query = sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id)
    query = query.where(Case.source_key.in_(keys)).order_by(Case.id)
    query = query.with_for_update(of=Case).execution_options(populate_existing=True) if lock else query
    there = {case.source_key: (case, body) for case, body in session.execute(query)}
    found = [(row, there[row.key][0] if row.key in there else None) for row in rows]
    differing = [(row, case) for row, case in found if case is not None and case.source_hash != row.digest]
    versions = _newest(session, [case for _row, case in differing])
    said = all_as_named_now(session, [content_of(versions[case.id].content) for _row, case in differing])
    meant = all_as_named_now(session, [row.content for row, _case in differing])
    names = {
        row.key: "same" if old == new else "kept" if _is_theirs(case, versions[case.id]) else "changed"
        for (row, case), old, new in zip(differing, said, meant, strict=True)
    }
    return [
        Fate(row, case, "new", bodies.names.town_of(row.record) is not None)
        if case is None
        else Fate(row, case, names.get(row.key, "same"), needs_consent(there[row.key][1]))
        for row, case in found
    ]


def _is_theirs(case: Case, newest: CaseVersion) -> bool:
    """People have edited the case here, or withdrawn it: the file does not overwrite that."""
    return newest.author_id is not None or case.status == "withdrawn"


def _newest(session: Session, cases: list[Case]) -> dict[int, CaseVersion]:
    query = sa.select(CaseVersion).join(
        Case, sa.and_(Case.id == CaseVersion.case_id, Case.version == CaseVersion.number)
    )
    query = query.where(Case.id.in_([case.id for case in cases]))
    return {version.case_id: version for version in session.scalars(query)} if cases else {}
