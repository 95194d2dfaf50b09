"""The column `audience` of case files: who may read a case once it is out, in words that mean the same in another hub.

One of members, town, dx, public; or `circle:` with the name of a 研究会; or 団体コード (a name where there is no code),
one for each chosen municipality. An empty cell says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.audiences.models import Grant
from hub.library.models import Case
from hub.library.readers import CIRCLE, PUBLIC, Readers, needs_consent, readers_of
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.rooms.queries import list_municipalities

STANDARD = ("members", "town", "dx", PUBLIC)  # the last: both sides have to say so here, a file brings nobody's word


@dataclass(frozen=True)
class KnownReaders:
    """What can be named: municipalities by code and by name, and open 研究会 by name with the bodies of each."""

    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    circles: dict[str, dict[int, frozenset[int]]] = field(default_factory=dict)

    def read(self, cells: Sequence[object], town: int | None) -> tuple[Readers | None, str]:
        """The readers that a row of this body names, and what is wrong with it in words."""
        said = [word for cell in cells if (word := str(cell).strip())]
        if not said:
            return None, ""
        if len(said) == 1 and said[0] in STANDARD:
            if said[0] == "town" and town is None:
                return None, _("audience の「town」（その団体と県DX担当）は、参加している市町村の事例だけに使えます。")
            return Readers("members" if said[0] == PUBLIC else said[0]), ""
        if len(said) == 1 and said[0].startswith(CIRCLE):
            return self._circle(said[0].removeprefix(CIRCLE).strip(), town)
        ids = [self.codes.get(word) or self.names.get(word) for word in said]
        unknown = [word for word, id_ in zip(said, ids, strict=True) if id_ is None]
        chosen = tuple(sorted({id_ for id_ in ids if id_ is not None} - {town}))
        if unknown or not chosen:
            return None, _(
                "audience に、参加していない市町村があります：%(names)s", names=_("、").join(unknown or said)
            )
        return Readers("bodies", chosen), ""

    def _circle(self, name: str, town: int | None) -> tuple[Readers | None, str]:
        """Several can bear one name: the one with the case's own municipality is meant, if that is one."""
        found = [id_ for id_, bodies in self.circles.get(name, {}).items() if town is None or town in bodies]
        if not found:
            return None, _("audience に、この団体の入っていない研究会があります：%(name)s", name=name)
        if len(found) > 1:
            return None, _("audience に書かれた研究会と同じ名前の研究会が、いくつもあります：%(name)s", name=name)
        return Readers(f"{CIRCLE}{found[0]}", circle=name), ""


def known_readers(session: Session) -> KnownReaders:
    towns = [body for body in list_municipalities(session) if needs_consent(body)]
    circles: dict[str, dict[int, frozenset[int]]] = {}
    query = sa.select(Room.name, Room.id, Grant.organisation_id).join(Grant, Grant.audience_id == Room.audience_id)
    query = query.where(Room.kind == "circle", Room.archived_at.is_(None)).order_by(Room.id)
    for name, room_id, body_id in session.execute(query):
        inside = circles.setdefault(name, {})
        inside[room_id] = inside.get(room_id, frozenset()) | ({body_id} if body_id else set())
    codes = {body.code: body.id for body in towns if body.code}
    return KnownReaders(codes, {body.name: body.id for body in towns}, circles)


def reader_cells(session: Session, cases: Sequence[Case], public: set[int]) -> dict[int, list[str]]:
    """The column for these cases, of which `public` are open to everybody; empty where nobody has chosen yet."""
    readers = readers_of(session, [(case, case.audience_id) for case in cases])
    ids = {id_ for found in readers.values() for id_ in found.bodies}
    query = sa.select(Organisation.id, Organisation.code, Organisation.name).where(Organisation.id.in_(ids))
    words = {id_: code or name for id_, code, name in session.execute(query.order_by(Organisation.code))}
    found: dict[int, list[str]] = {}
    for case in cases:
        now = readers[case.id]
        if not case.readers_chosen and case.audience_id == case.owners_id:
            found[case.id] = []
        elif now.choice == "bodies":
            found[case.id] = [word for id_, word in words.items() if id_ in now.bodies]
        elif now.circle:
            found[case.id] = [CIRCLE + now.circle]
        else:
            found[case.id] = [PUBLIC if now.choice == "members" and case.id in public else now.choice]
    return found
