"""Adding a version to a case, and putting what it says where lists find it. Nobody's permission is asked here."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.services import DX, ensure_audience, town_key
from hub.clock import utc_now
from hub.events.happenings import happened
from hub.library.bases import link_bases
from hub.library.content import Content, as_json
from hub.library.freshness import usual_interval
from hub.library.happenings import FacetsChanged
from hub.library.models import Case, CaseField, CaseTag, CaseVersion, Tag
from hub.library.vocabulary import all_as_named_now
from hub.people.models import Field, Organisation
from hub.statements import insert_ignore


def owners_key(organisation: Organisation) -> str:
    """Who works on a body's cases: the town with the DX section, or the DX section alone."""
    return town_key(organisation.id) if organisation.side == "municipality" else DX


def new_case(session: Session, actor: Actor | None, organisation: Organisation, content: Content) -> Case:
    """A draft with its first version, seen by those who work on it."""
    case = blank_case(session, organisation, ensure_audience(session, owners_key(organisation)).id, content)
    session.add(case)
    session.flush()
    add_version(session, actor, case, content)
    return case


def blank_case(session: Session, organisation: Organisation, owners_id: int, content: Content) -> Case:
    """A draft that has no version yet."""
    case = Case(organisation_id=organisation.id, owners_id=owners_id, audience_id=owners_id, created_at=utc_now())
    case.title, case.version, case.confirm_every_months = content.title, 0, usual_interval(session)
    return case


def add_version(session: Session, actor: Actor | None, case: Case, content: Content) -> None:
    """The newest version from now on; before the first publication it also stands on the shelf."""
    session.add(next_version(actor, case, content))
    if case.published_version is None:
        index_facets(session, [(case, content)])


def next_version(actor: Actor | None, case: Case, content: Content) -> CaseVersion:
    case.version += 1
    version = CaseVersion(case_id=case.id, number=case.version, content=as_json(content), created_at=utc_now())
    if actor is not None:
        version.author_id, version.posting_id, version.writer_name = actor.staff_id, actor.posting_id, actor.writer_name
    return version


def index_facets(session: Session, said: Sequence[tuple[Case, Content]]) -> None:
    """Copy what lists show and filter by: of many cases in the same few statements as of one."""
    for case, content in said:
        case.title, case.summary, case.cost_yen = content.title, content.summary, content.cost_yen
        case.cost_in_words = content.cost_in_words
        case.led_by, case.stage, case.level = content.led_by, content.stage, content.level
        case.ended_reason = content.ended_reason
    session.flush()
    ids = [case.id for case, _content in said]
    contents = all_as_named_now(session, [content for _case, content in said])
    named = list(zip(ids, contents, strict=True))
    fields = dict(session.execute(sa.select(Field.name, Field.id)).all())
    tags = _ensure_tags(session, {name for _id, content in named for name in content.tags if name})
    session.execute(sa.delete(CaseField).where(CaseField.case_id.in_(ids)))
    session.execute(sa.delete(CaseTag).where(CaseTag.case_id.in_(ids)))
    in_fields = [{"case_id": i, "field_id": fields[name]} for i, c in named for name in c.fields if name in fields]
    with_tags = [{"case_id": i, "tag_id": tags[name]} for i, c in named for name in c.tags if name]
    for model, rows in ((CaseField, in_fields), (CaseTag, with_tags)):
        if rows:
            session.execute(sa.insert(model), rows)
    link_bases(session, named)
    happened(session, None, FacetsChanged(tuple(ids)))


def _ensure_tags(session: Session, names: set[str]) -> dict[str, int]:
    """The ids of these tags; new ones are made."""
    if not names:
        return {}
    session.connection().execute(insert_ignore(session, Tag), [{"name": name} for name in sorted(names)])
    return dict(session.execute(sa.select(Tag.name, Tag.id).where(Tag.name.in_(names))).all())
