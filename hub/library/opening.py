"""To whom a case is opened: what somebody chose, and the step from the readers of now to these (ADR 18, 20). Nothing
here widens by itself: what was published for fewer readers, or taken away, stays behind."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import ValidationFailed
from hub.library.commands import ApproveCase, ShareCase, SubmitCase
from hub.library.facets import numbers
from hub.library.publicity import agree_to_publicity, end_publicity, has_agreed
from hub.library.queries import Place
from hub.library.readers import PUBLIC, Readers, audience_for, readers_now, reads_more
from hub.library.room import follow_case
from hub.security.permissions import Permission, require


@dataclass(frozen=True)
class Chosen:
    """`public`: the word of the actor's side for 一般公開, beside the readers of all members."""

    readers: Readers
    public: bool
    audience_id: int

    @property
    def detail(self) -> dict[str, Any]:
        """For the audit: by ids, so that it says later what was chosen then."""
        bodies = {"bodies": list(self.readers.bodies)} if self.readers.choice == "bodies" else {}
        return {"audience": PUBLIC if self.public else self.readers.choice, **bodies}

    @property
    def values(self) -> tuple[str, tuple[int, ...], bool]:
        return self.readers.choice, self.readers.bodies, self.public


def chosen_now(session: Session, actor: Actor, place: Place) -> Chosen:
    """What is set, as the actor's form shows it."""
    return Chosen(readers_now(session, place.case), has_agreed(session, actor, place), place.case.audience_id)


def chosen_of(session: Session, actor: Actor, place: Place, command: ShareCase | ApproveCase | SubmitCase) -> Chosen:
    """What a form says; without an audience what is set. That can always be left as it is, be it a 研究会 that was
    closed meanwhile. Raises ValidationFailed for what cannot be chosen, and when municipalities were marked that would
    not count: who marks three does not mean all."""
    now, choice = chosen_now(session, actor, place), command.audience
    if choice is None:
        return now
    marked = set(numbers(command.bodies.split())) - {place.organisation.id}
    if choice != "bodies" and marked - set(now.readers.bodies):
        raise ValidationFailed(
            {"bodies": _("市町村にチェックが付いています。「選んだ市町村」を選ぶか、チェックを外してください。")}
        )
    if choice == PUBLIC and not now.public:
        require(actor, Permission.CASE_PUBLIC, place.subject)
    bodies = tuple(sorted(marked)) if choice == "bodies" else ()
    readers = Readers("members" if choice == PUBLIC else choice, bodies)
    if (readers.choice, readers.bodies) == (now.readers.choice, now.readers.bodies):
        return Chosen(now.readers, choice == PUBLIC, now.audience_id)
    return Chosen(readers, choice == PUBLIC, audience_for(session, actor, place.organisation, readers))


def open_to(session: Session, actor: Actor, place: Place, chosen: Chosen) -> None:
    """At once. New readers see what is out now and nothing older."""
    case = place.case
    if case.published_version is not None and reads_more(session, case, chosen.audience_id):
        case.readers_from = case.published_version
    case.audience_id, case.readers_chosen, case.agreed_audience_id = chosen.audience_id, True, None
    _say_publicity(session, actor, place, chosen)
    follow_case(session, case)


def agree(session: Session, actor: Actor, place: Place, command: ApproveCase | SubmitCase) -> dict[str, Any]:
    """The town's word for the newest version and for its readers, as the audit has it. While an older version is out,
    more readers come with the new one: the word is not about the old."""
    case, chosen = place.case, chosen_of(session, actor, place, command)
    case.approved_version, case.approved_audience_id = case.version, chosen.audience_id
    case.agreed_audience_id = None
    if command.audience is None:
        return chosen.detail
    if case.published_version is not None and reads_more(session, case, chosen.audience_id):
        case.agreed_audience_id = chosen.audience_id
        _say_publicity(session, actor, place, chosen)
    else:
        open_to(session, actor, place, chosen)
    return chosen.detail


def _say_publicity(session: Session, actor: Actor, place: Place, chosen: Chosen) -> None:
    """一般公開 is the readers of all members and the word of the actor's side; that word ends with any other choice."""
    if chosen.public:
        agree_to_publicity(session, actor, place)
    elif chosen.readers.choice != "members" or has_agreed(session, actor, place):
        end_publicity(session, place.case.id)
