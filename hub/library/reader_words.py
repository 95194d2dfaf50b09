"""What can be chosen as the readers of a case, and what is, in words."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation
from hub.library.models import Case
from hub.library.readers import CIRCLE, PUBLIC, Readers, circles_for, readers_now
from hub.rooms.queries import list_municipalities
from hub.security.actor import Actor


@dataclass(frozen=True)
class ReaderForm:
    """For `cases/_readers.html`: the choices with their words, the chosen one, and the municipalities with whether
    they are marked. `words` say who reads now."""

    choices: list[tuple[str, str]]
    chosen: str
    towns: list[tuple[int, str, bool]]
    words: str


def reader_form(
    session: Session, actor: Actor, case: Case, body: Organisation, *, agrees: bool, public: bool
) -> ReaderForm:
    """`agrees`: the actor speaks for a side about 一般公開; `public`: that side has agreed to it."""
    now = readers_now(session, case)
    choices = [("members", _("参加する全団体")), ("bodies", _("選んだ市町村"))]
    choices += [
        (f"{CIRCLE}{id_}", _("研究会「%(name)s」", name=name)) for id_, name in _circles(session, actor, body, now)
    ]
    choices += [("town", _("その団体と県DX担当"))] if body.side == "municipality" else []
    choices += [("dx", _("県DX担当だけ"))]
    choices += [(PUBLIC, _("一般公開(参加する全団体と、県のWebサイト)"))] if agrees else []
    towns = [(o.id, o.name, o.id in now.bodies) for o in list_municipalities(session) if o.id != body.id]
    chosen = PUBLIC if public else now.choice
    return ReaderForm(choices, chosen, towns, words_of(session, now, public=public))


def _circles(session: Session, actor: Actor, body: Organisation, now: Readers) -> list[tuple[int, str]]:
    """Also the one that is set, be it closed meanwhile: what stands there can be seen and left as it is."""
    found = dict(circles_for(session, actor, body))
    if now.circle:
        found.setdefault(int(now.choice.removeprefix(CIRCLE)), now.circle)
    return list(found.items())


def words_of(session: Session, readers: Readers, *, public: bool = False) -> str:
    if public:
        return _("一般公開(参加する全団体と、県のWebサイト)")
    if readers.choice == "bodies":
        names = sa.select(Organisation.name).where(Organisation.id.in_(readers.bodies)).order_by(Organisation.code)
        return _("選んだ市町村(%(names)s)", names=_("、").join(session.scalars(names)))
    if readers.circle:
        return _("研究会「%(name)s」(顔ぶれが変わると、読める人も変わります)", name=readers.circle)
    return {"members": _("参加する全団体"), "town": _("その団体と県DX担当"), "dx": _("県DX担当だけ")}[readers.choice]
