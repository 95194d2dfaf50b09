"""Making the newest version of a case the one that readers see. Whoever calls this has asked for the consents."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hub.clock import japan_today, utc_now
from hub.library.content import Content
from hub.library.models import ENDED, Case, CaseVersion
from hub.library.opening import settle_readers
from hub.library.queries import read_version
from hub.library.room import follow_case
from hub.library.tombstones import dig_up
from hub.library.versions import shelve


def put_out(session: Session, case: Case) -> None:
    version, content = read_version(session, case, case.version)
    put_all_out(session, [(case, version, content)])


def put_all_out(session: Session, ready: Sequence[tuple[Case, CaseVersion, Content]]) -> None:
    """The same of many, with their newest versions."""
    now = utc_now()
    for case, version, content in ready:
        settle_readers(case, version.number)
        version.published_at = now
        case.status = "ended" if content.stage == ENDED else "published"
        case.published_version, case.published_at = case.version, case.published_at or now
        case.last_confirmed_on, case.changed_on = japan_today(), None
    dig_up(session, [case.id for case, _version, _content in ready])
    shelve(session, [(case, content) for case, _version, content in ready])
    for case, _version, _content in ready:
        follow_case(session, case)
