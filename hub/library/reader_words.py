"""What can be chosen as the readers of a case, and what is, in words."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.models import Case
from hub.library.publicity import PublicState
from hub.library.readers import AT_FIRST, CIRCLE, PUBLIC, Readers, circles_for, readers_agreed, readers_now
from hub.people.models import Organisation
from hub.rooms.queries import list_municipalities


@dataclass(frozen=True)
class ReaderForm:
    """For `cases/_readers.html`: the choices with their words, the one that is set, the one that the town is asked to
    agree to, and the municipalities with whether they are marked. `words` say who reads now, `next` who does when the
    agreed version is out, where that is more; `owners_only`: nobody reads it but those who work on it."""

    choices: list[tuple[str, str]]
    chosen: str
    agreeing: str
    towns: list[tuple[int, str, bool]]
    words: str
    next: str
    owners_only: bool


def reader_form(
    session: Session, actor: Actor, case: Case, body: Organisation, *, agrees: bool, public: bool, state: PublicState
) -> ReaderForm:
    """`agrees`: the actor speaks for a side about 一般公開; `public`: that side has agreed to it. What is set stands
    among the choices also where the actor could not choose it: it can be left as it is."""
    now, later = readers_now(session, case), readers_agreed(session, case)
    choices = [("members", _("参加する全団体")), ("bodies", _("選んだ市町村"))]
    choices += [
        (f"{CIRCLE}{id_}", _("研究会「%(name)s」", name=name)) for id_, name in _circles(session, actor, body, now)
    ]
    choices += [("town", _("その団体と県DX担当"))] if body.side == "municipality" else []
    choices += [("dx", _("県DX担当だけ"))]
    choices += [(PUBLIC, _("一般公開（参加する全団体と、県のWebサイト）"))] if agrees or public else []
    return ReaderForm(
        choices,
        chosen=PUBLIC if public else now.choice,
        agreeing=PUBLIC if public else now.choice if case.readers_chosen else AT_FIRST,
        towns=[(o.id, o.name, o.id in now.bodies) for o in list_municipalities(session) if o.id != body.id],
        words=_words_now(session, now, state),
        next=words_of(session, later) if later else "",
        owners_only=(later or now).choice in ("town", "dx"),
    )


def _words_now(session: Session, now: Readers, state: PublicState) -> str:
    words = words_of(session, now, public=state.is_open)
    half = (state.town or state.dx) and not state.is_open
    return (
        _("%(readers)s（一般公開は、双方の同意がそろい、公開された後に始まります）", readers=words) if half else words
    )


def _circles(session: Session, actor: Actor, body: Organisation, now: Readers) -> list[tuple[int, str]]:
    """Also the one that is set, be it closed meanwhile: what stands there can be seen and left as it is."""
    found = dict(circles_for(session, actor, body))
    if now.circle:
        found.setdefault(int(now.choice.removeprefix(CIRCLE)), now.circle)
    return list(found.items())


def words_of(session: Session, readers: Readers, *, public: bool = False) -> str:
    if public:
        return _("一般公開（参加する全団体と、県のWebサイト）")
    if readers.choice == "bodies":
        names = sa.select(Organisation.name).where(Organisation.id.in_(readers.bodies)).order_by(Organisation.code)
        return _("選んだ市町村（%(names)s）", names=_("、").join(session.scalars(names)))
    if readers.circle:
        return _("研究会「%(name)s」（顔ぶれが変わると、読める人も変わります）", name=readers.circle)
    return {"members": _("参加する全団体"), "town": _("その団体と県DX担当"), "dx": _("県DX担当だけ")}[readers.choice]
