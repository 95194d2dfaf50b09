"""Published case studies, as their readers see them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation
from hub.audiences.models import Audience
from hub.audiences.services import DX
from hub.library.content import Content, content_of
from hub.library.models import Case, CaseField, CaseTag, CaseVersion
from hub.search.documents import Document, period_keys

_TEXTS = (
    "background approach alternatives cost_note funding team rules training communication difficulties lessons next"
    " ended_reason"
).split()


def case_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    version = sa.and_(CaseVersion.case_id == Case.id, CaseVersion.number == Case.published_version)
    query = (
        sa.select(Case, Organisation, CaseVersion.content, Audience.key)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .join(CaseVersion, version)
        .join(Audience, Audience.id == Case.audience_id)
        .where(Case.id.in_(ids), Case.published_at.is_not(None))
    )
    fields, tags = _linked(session, CaseField.field_id, ids), _linked(session, CaseTag.tag_id, ids)
    for case, body, stored, audience in session.execute(query):
        keys = [f"org:{body.id}", *period_keys(case.published_at)]
        keys += [f"field:{id_}" for id_ in fields[case.id]] + [f"tag:{id_}" for id_ in tags[case.id]]
        content = content_of(stored)
        if case.contact_duty_id:
            keys.append(f"duty:{case.contact_duty_id}")
        yield Document(
            "case",
            case.id,
            shelf_of(case, audience),
            case.title,
            _body(content),
            case.published_at,
            tuple(keys),
            organisation_id=body.id,
            url=f"/cases/{case.id}",
            where=body.name,
            labels=_labels(content),
        )


def shelf_of(case: Case, audience_key: str | None) -> int:
    """Who reads a case is its audience or its owners; the owners are in every audience but 県の担当だけ, which is in
    them. So one of the two is the whole of its readers."""
    return case.owners_id if audience_key == DX else case.audience_id


def _body(content: Content) -> str:
    return "\n".join(filter(None, (content.summary, *(getattr(content, name) for name in _TEXTS))))


def _labels(content: Content) -> str:
    parts = [*content.fields, *content.tags]
    parts += [f"{e.metric} {e.value}{e.unit}" for e in content.effects]
    parts += [f"{p.name} {p.maker}" for p in content.products]
    parts += [d.name for d in content.documents if not d.attachment_id]  # files are found by themselves
    return "\n".join(part for part in parts if part)


def _linked(session: Session, column: Any, ids: Collection[int]) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    owner = column.class_.case_id
    for case_id, id_ in session.execute(sa.select(owner, column).where(owner.in_(ids))):
        found[case_id].append(id_)
    return found
