"""The sourced cases of towns that take part wait for their manager, as after every import: in the demo invented people
agree to them and publish them."""

import sqlalchemy as sa

from hub.db import Database
from hub.demo.people import Cast
from hub.library.commands import ApproveCase, OnVersion
from hub.library.models import Case
from hub.library.services.workflow import approve_case, publish_case
from hub.security.actors import actors_of_staff

EDITOR = "pref-kogure"  # of the DX section


def agree_to_sourced_cases(database: Database, cast: Cast) -> None:
    """A town without a manager leaves its case waiting. Nobody has confirmed with the real town that it is still so."""
    with database.read() as session:
        waiting = session.scalars(sa.select(Case).where(Case.status == "review").order_by(Case.id)).all()
        people = actors_of_staff(session, [staff.id for staff in cast.staff.values()])
    managers = {body: actor for actor in people.values() if actor.role == "manager" for body in actor.managed_ids}
    agreed = [case for case in waiting if case.organisation_id in managers]
    for case in agreed:
        database.write(approve_case, managers[case.organisation_id], ApproveCase(case.id, case.version))
        database.write(publish_case, people[cast.staff[EDITOR].id], OnVersion(case.id, case.version))
    with database.transaction() as session:
        ids = [case.id for case in agreed]
        session.execute(sa.update(Case).where(Case.id.in_(ids)).values(last_confirmed_on=None))
