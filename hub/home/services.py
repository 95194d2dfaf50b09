"""What people do on their home page."""

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.models import Staff


def close_tour(session: Session, actor: Actor, _command: None) -> None:
    """The first-visit steps need not be shown again; the first closing counts."""
    staff = session.get_one(Staff, actor.staff_id)
    staff.toured_at = staff.toured_at or utc_now()
