"""Making the newest version of a case the one that readers see. The only place that does, and only with the word of
both sides in hand."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hub.clock import japan_today, utc_now
from hub.errors import Conflict
from hub.events.happenings import happened
from hub.library.consents import Consents
from hub.library.content import Content
from hub.library.happenings import CasesGoneOut
from hub.library.models import ENDED, Case, CaseVersion
from hub.library.queries import read_version
from hub.library.room import follow_case
from hub.library.versions import index_facets

Ready = tuple[Case, CaseVersion, Content]


def publish_version(session: Session, case: Case, consents: Consents) -> None:
    version, content = read_version(session, case, case.version)
    publish_all(session, [((case, version, content), consents)])


def publish_all(session: Session, agreed: Sequence[tuple[Ready, Consents]]) -> None:
    """The same of many, with their newest versions. Raises Conflict where the consents are about something else."""
    now = utc_now()
    for (case, version, content), consents in agreed:
        if (case.id, case.version, version.number) != (consents.case_id, consents.version, consents.version):
            raise Conflict
        _settle_readers(case, consents)
        version.published_at = now
        case.status = "ended" if content.stage == ENDED else "published"
        case.published_version, case.published_at = consents.version, case.published_at or now
        case.last_confirmed_on, case.changed_on, case.ended_said_on = japan_today(), None, None
    ready = [ready for ready, _consents in agreed]
    happened(session, None, CasesGoneOut(tuple(case.id for case, _version, _content in ready)))
    index_facets(session, [(case, content) for case, _version, content in ready])
    for case, _version, _content in ready:
        follow_case(session, case)


def _settle_readers(case: Case, consents: Consents) -> None:
    """Those that the town agreed to come in; where these are others than now, or nothing was out, nothing older comes
    with it."""
    if consents.audience_id != case.audience_id or case.published_version is None:
        case.readers_from = consents.version
    case.audience_id, case.agreed_audience_id, case.readers_chosen = consents.audience_id, None, True
