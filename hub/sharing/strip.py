"""What the page of a thread says about sharing, to those whom it concerns: where an edition comes from, what is being
made of a consultation, and whether the asker is asked to help others."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.library.models import Case
from hub.library.queries import get_case_for
from hub.security.permissions import Permission, Subject, permits
from hub.sharing.models import Sharing
from hub.sharing.queries import (
    SHAREABLE_ROOMS,
    Row,
    Shared,
    body_of_thread,
    is_to_be_asked,
    list_sharings,
    origin_for,
)
from hub.threads.models import Thread
from hub.threads.queries import Place, get_thread_for


@dataclass(frozen=True)
class Strip:
    """`origin` is None for everybody who may not read the consultation's room: they cannot tell that there is one."""

    origin: Shared | None = None
    sharings: list[Row] = field(default_factory=list)
    may_prepare: bool = False
    to_be_asked: bool = False


def strip_for(session: Session, actor: Actor, place: Place) -> Strip:
    if place.thread.edition:
        return Strip(origin=origin_for(session, actor, edition_id=place.thread.id))
    if place.room.kind not in SHAREABLE_ROOMS or place.thread.kind == "notice":
        return Strip()
    if not permits(actor, Permission.SHARING_READ, place.subject):
        return Strip()
    own = Subject(place.room.audience_id, organisation_id=body_of_thread(session, place))
    return Strip(
        sharings=list_sharings(session, actor, Sharing.thread_id == place.thread.id, Sharing.state != "withdrawn"),
        may_prepare=permits(actor, Permission.SHARING_PREPARE, own),
        to_be_asked=is_to_be_asked(session, actor, place),
    )


@dataclass(frozen=True)
class CameOf:
    """What went out of a consultation with everybody's consent, and is text of its own since."""

    editions: list[Thread] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def came_of(session: Session, actor: Actor, thread_id: int) -> CameOf:
    """As far as the actor may read both: who may read but one of them cannot tell that there is the other."""
    found = CameOf()
    for sharing, _thread, _room in list_sharings(
        session, actor, Sharing.thread_id == thread_id, Sharing.state == "out"
    ):
        try:
            if sharing.edition_id:
                found.editions.append(get_thread_for(session, actor, sharing.edition_id).thread)
            elif sharing.case_id:
                found.cases.append(get_case_for(session, actor, sharing.case_id).case)
        except NotFound:
            continue
    return found
