"""Every change of access raises the one access version and notes beside it whom it concerns: who has nothing to do with
it need not be looked at again. The version is the truth. Where the note of a version is missing, nobody knows whom it
concerned, and everybody is looked at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.events.happenings import Said
from hub.installation import Installation, forget_facts
from hub.tables import Base

MOST_KEPT = 1_000  # a worker that has slept through more looks at everybody
Ids = frozenset[int]


@dataclass(frozen=True)
class Whom:
    """These people, whoever sits in these bodies or sections, and whoever has these rooms open."""

    staff: Ids = frozenset()
    organisations: Ids = frozenset()
    sections: Ids = frozenset()
    rooms: Ids = frozenset()

    def __or__(self, other: "Whom") -> "Whom":
        return Whom(*(mine | theirs for mine, theirs in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[Ids, Ids, Ids, Ids]:
        return self.staff, self.organisations, self.sections, self.rooms


EVERYBODY: None = None


class AccessChange(Base):
    """`whom` is null when it may concern everybody. Of another life of the database (epoch) it says nothing."""

    __tablename__ = "access_changes"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(primary_key=True)
    whom: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))


def raise_access_version(session: Session, whom: Whom | None = EVERYBODY) -> None:
    """Every worker looks again within 500 ms, at those `whom` it concerns. Organisations and sections are named so:
    who sits there is for whoever looks, for somebody may just be taking their seat."""
    raised = sa.update(Installation).values(access_version=Installation.access_version + 1)
    session.execute(raised)
    forget_facts(session)
    epoch, version = session.execute(sa.select(Installation.epoch, Installation.access_version)).one()
    # A database that was put back in time may have gone on from here before.
    gone = (AccessChange.version <= version - MOST_KEPT) | (AccessChange.version >= version)
    session.execute(sa.delete(AccessChange).where(gone | (AccessChange.epoch != epoch)))
    said = None if whom is None else {name: sorted(ids) for name, ids in asdict(whom).items() if ids}
    session.execute(sa.insert(AccessChange).values(version=version, epoch=epoch, whom=said))


def follow(session: Session, said: Sequence[Said]) -> None:
    """Whoever may do or read something else from this commit on: raised once, for all whom the happenings name as
    `concerned`."""
    concerned: list[Whom | None] = [what.concerned for _by, what in said]
    together: Whom | None = Whom()
    for whom in concerned:
        together = EVERYBODY if together is None or whom is None else together | whom
    raise_access_version(session, together)


def concerned_since(session: Session, epoch: str, since: int, until: int) -> Whom | None:
    """Whom the changes behind version `since` up to `until` concern; None for everybody, also when not each of them is
    known."""
    if since > until:
        return EVERYBODY
    query = sa.select(AccessChange.whom).where(AccessChange.epoch == epoch)
    found = session.scalars(query.where(AccessChange.version > since, AccessChange.version <= until)).all()
    if len(found) != until - since or None in found:
        return EVERYBODY
    everyone = Whom()
    for said in found:
        everyone |= Whom(**{name: frozenset(ids) for name, ids in (said or {}).items()})
    return everyone
