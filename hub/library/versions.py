"""Adding a version to a case, and putting what it says where lists find it. Nobody's permission is asked here."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Field, Organisation
from hub.audiences.services import DX, ensure_audience, town_key
from hub.clock import utc_now
from hub.db import insert_ignore
from hub.library.bases import link_bases
from hub.library.content import Content, as_json
from hub.library.models import Case, CaseField, CaseTag, CaseVersion, Tag
from hub.library.vocabulary import as_named_now
from hub.search.outbox import outdated_case
from hub.security.actor import Actor


def owners_key(organisation: Organisation) -> str:
    """Who works on a body's cases: the town with the DX section, or the DX section alone."""
    return town_key(organisation.id) if organisation.side == "municipality" else DX


def new_case(session: Session, actor: Actor | None, organisation: Organisation, content: Content) -> Case:
    """A draft with its first version, seen by those who work on it."""
    owners = ensure_audience(session, owners_key(organisation)).id
    case = Case(organisation_id=organisation.id, owners_id=owners, audience_id=owners, created_at=utc_now())
    case.title, case.version = content.title, 0
    session.add(case)
    session.flush()
    add_version(session, actor, case, content)
    return case


def add_version(session: Session, actor: Actor | None, case: Case, content: Content) -> None:
    """The newest version from now on; before the first publication it also stands on the shelf."""
    case.version += 1
    version = CaseVersion(case_id=case.id, number=case.version, content=as_json(content), created_at=utc_now())
    if actor is not None:
        version.author_id, version.posting_id, version.writer_name = actor.staff_id, actor.posting_id, actor.writer_name
    session.add(version)
    if case.published_version is None:
        shelve(session, case, content)


def shelve(session: Session, case: Case, content: Content) -> None:
    """Copy what lists show and filter by."""
    case.title, case.summary, case.cost_yen = content.title, content.summary, content.cost_yen
    case.led_by, case.stage, case.level = content.led_by, content.stage, content.level
    case.ended_reason = content.ended_reason
    session.flush()
    session.execute(sa.delete(CaseField).where(CaseField.case_id == case.id))
    session.execute(sa.delete(CaseTag).where(CaseTag.case_id == case.id))
    content = as_named_now(session, content)
    fields = session.scalars(sa.select(Field.id).where(Field.name.in_(content.fields)))
    session.add_all(CaseField(case_id=case.id, field_id=id_) for id_ in fields)
    session.add_all(CaseTag(case_id=case.id, tag_id=id_) for id_ in _tags(session, content.tags))
    link_bases(session, case, content)
    outdated_case(session, case.id)


def _tags(session: Session, names: Iterable[str]) -> list[int]:
    """The ids of these tags; new ones are made."""
    wanted = [name for name in dict.fromkeys(names) if name]
    for name in wanted:
        session.connection().execute(insert_ignore(session, Tag), {"name": name})
    return list(session.scalars(sa.select(Tag.id).where(Tag.name.in_(wanted))))
