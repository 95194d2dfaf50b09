"""Cases of towns that have nobody who could agree, put out all the same: the town's word is written down for it."""

from sqlalchemy.orm import Session

from hub.library.consents import consents_to
from hub.library.models import Case
from hub.library.publishing import publish_version
from hub.library.queries import get_case_for
from tests.factories import World


def put_out_as_agreed(world: World, session: Session, case: Case) -> None:
    case.approved_version = case.version
    case.approved_audience_id = case.agreed_audience_id or case.audience_id
    session.flush()
    supporter = world.actor("supporter")
    publish_version(session, case, consents_to(session, supporter, get_case_for(session, supporter, case.id)))
