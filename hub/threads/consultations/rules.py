"""The numbers of the prefecture for consultations."""

from typing import Annotated

import sqlalchemy as sa
from pydantic import Field
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.events.happenings import happened
from hub.feed.payloads import STRICT
from hub.security.permissions import Permission, require_role
from hub.threads.consultations.happenings import RulesChanged
from hub.threads.consultations.models import Rules

MOST_DAYS = 60


@dataclass(config=STRICT)
class SetRules:
    """In working days."""

    remind_after: Annotated[int, Field(ge=0, le=MOST_DAYS)]
    close_after: Annotated[int, Field(ge=1, le=MOST_DAYS)]


def rules_now(session: Session) -> Rules:
    """What was set, or the usual numbers."""
    return session.scalars(sa.select(Rules)).first() or Rules(id=1, remind_after=10, close_after=10)


def set_rules(session: Session, actor: Actor, command: SetRules) -> None:
    """They hold from the next look on, also for what is silent already. Raises Forbidden."""
    require_role(actor, Permission.CONSULTATION_RULES)
    numbers = {"remind_after": command.remind_after, "close_after": command.close_after}
    session.merge(Rules(id=1, **numbers))
    happened(session, actor, RulesChanged(organisation_id=actor.organisation_id, detail=numbers))
