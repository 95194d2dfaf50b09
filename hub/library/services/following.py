"""Hearing of new cases in a field or with a tag."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import FollowSubject, SeeNews
from hub.library.happenings import CaseNewsRead
from hub.library.models import CaseNewsSeen, FieldFollow, Tag, TagFollow
from hub.library.queries import get_case_for
from hub.library.tag_names import shown_tags
from hub.people.models import Field
from hub.statements import insert_ignore


def follow_subject(session: Session, actor: Actor, command: FollowSubject) -> Receipt:
    """From now on: what is out already is no news. Raises NotFound, ValidationFailed when it is not one of the two."""
    if (command.field is None) == (command.tag is None):
        raise ValidationFailed({"field": _("分野またはタグを1つ選んでください。")})
    if command.field is not None:
        _follow(session, FieldFollow, Field.id == command.field, {"field_id": command.field}, actor, command.on)
    else:
        meant = sa.and_(Tag.id == command.tag, shown_tags(actor))
        _follow(session, TagFollow, meant, {"tag_id": command.tag}, actor, command.on)
    happened(session, actor, CaseNewsRead())
    return Receipt()


def _follow(
    session: Session,
    model: type[FieldFollow] | type[TagFollow],
    meant: sa.ColumnElement[bool],
    subject: dict[str, int | None],
    actor: Actor,
    on: bool,
) -> None:
    key = {"staff_id": actor.staff_id} | subject
    if not on:
        session.execute(sa.delete(model).filter_by(**key))
        return
    if session.scalars(sa.select(1).where(meant)).first() is None:
        raise NotFound
    session.connection().execute(insert_ignore(session, model), key | {"since": utc_now()})


def see_news(session: Session, actor: Actor, command: SeeNews) -> Receipt:
    """The actor has looked at a case that they were told of. Raises NotFound."""
    place = get_case_for(session, actor, command.case_id)
    key = {"staff_id": actor.staff_id, "case_id": place.case.id}
    session.connection().execute(insert_ignore(session, CaseNewsSeen), key)
    happened(session, actor, CaseNewsRead())
    return Receipt({"case_id": str(place.case.id)})
