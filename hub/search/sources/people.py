"""People who are glad to be asked (相談に乗れます) and the bodies that take part; both are for all members to find."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.models import Audience
from hub.audiences.services import MEMBERS
from hub.clock import utc_now
from hub.people.models import Expertise, Field, Organisation, Posting, Section, Staff
from hub.search.documents import Document
from hub.statements import among

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # a body has no date: among the newest it comes last
_MEMBERS = sa.select(Audience.id).where(Audience.key == MEMBERS).scalar_subquery()
_now: sa.BindParameter[datetime] = sa.bindparam("now")
_PEOPLE = (
    sa.select(Staff, Section, Organisation, Field, _MEMBERS)
    .join(Posting, Posting.staff_id == Staff.id)
    .join(Section, Section.id == Posting.section_id)
    .join(Organisation, Organisation.id == Section.organisation_id)
    .join(Expertise, Expertise.staff_id == Staff.id)
    .join(Field, Field.id == Expertise.field_id)
    .where(among(Staff.id, "ids"), Staff.disabled_at.is_(None), _MEMBERS.is_not(None))
    .where(Posting.from_at <= _now, sa.or_(Posting.until_at.is_(None), Posting.until_at > _now))
    .order_by(Staff.id, Posting.id, Field.position)
)
_BODIES = sa.select(Organisation, _MEMBERS).where(
    among(Organisation.id, "ids"), Organisation.member, _MEMBERS.is_not(None)
)


def person_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    """Of people with a present posting who named a field; without their address."""
    rows: dict[int, list[tuple[Staff, Section, Organisation, Field, int]]] = {}
    for row in session.execute(_PEOPLE, {"ids": ids, "now": utc_now()}):
        rows.setdefault(row[0].id, []).append(row)
    for found in rows.values():
        staff, section, body, _field, audience = found[0]
        fields = {field.id: field.name for _s, _p, _o, field, _a in found}
        yield Document(
            "person",
            staff.id,
            audience,
            f"{staff.name} {body.name} {section.name}",
            f"{staff.kana} {'、'.join(fields.values())}",
            staff.created_at,
            (f"org:{body.id}", f"by:{staff.id}", *(f"field:{id_}" for id_ in fields)),  # so the link leads to them
            organisation_id=body.id,
            url=f"/search?q={quote(f'担当:{staff.name}')}",
            heading=staff.name,
            where=f"{body.name} {section.name}",
        )


def organisation_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    for body, audience in session.execute(_BODIES, {"ids": ids}):
        yield Document(
            "organisation",
            body.id,
            audience,
            body.name,
            f"{body.kana} {body.district}",
            ALWAYS,
            (f"org:{body.id}",),
            organisation_id=body.id,
            url=f"/search?q={quote(f'団体:{body.name}')}",
            where=body.district,
        )
