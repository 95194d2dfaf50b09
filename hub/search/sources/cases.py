"""Published case studies, as their readers see them."""

from collections import defaultdict
from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.models import Audience
from hub.audiences.services import DX
from hub.library.content import Content, content_of
from hub.library.models import Case, CaseField, CaseTag, CaseVersion
from hub.people.models import Organisation
from hub.search.documents import Document, meant, period_keys
from hub.statements import among

_TEXTS = (
    "background approach alternatives cost_note funding team rules training communication difficulties lessons next"
    " ended_reason"
).split()
PUBLISHED = sa.and_(CaseVersion.case_id == Case.id, CaseVersion.number == Case.published_version)
_CASES = (
    sa.select(Case, Organisation, CaseVersion.content, Audience.key)
    .join(Organisation, Organisation.id == Case.organisation_id)
    .join(CaseVersion, PUBLISHED)
    .join(Audience, Audience.id == Case.audience_id)
    .where(among(Case.id, "ids"), Case.published_at.is_not(None))
)
_FIELDS = sa.select(CaseField.case_id, CaseField.field_id).where(among(CaseField.case_id, "ids"))
_TAGS = sa.select(CaseTag.case_id, CaseTag.tag_id).where(among(CaseTag.case_id, "ids"))


def case_documents(session: Session, ids: Collection[int]) -> Iterator[Document]:
    fields, tags = _linked(session, _FIELDS, ids), _linked(session, _TAGS, ids)
    for case, body, stored, audience in session.execute(_CASES, {"ids": ids}):
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
            meant=meant(case.title, _body(content)),
        )


def shelf_of(case: Case, audience_key: str | None) -> int:
    """Who reads a case is its audience or its owners; the owners are in every audience but 県の担当だけ, which is in
    them. So one of the two is the whole of its readers."""
    return case.owners_id if audience_key == DX else case.audience_id


def _body(content: Content) -> str:
    return "\n".join(filter(None, (content.summary, *(getattr(content, name) for name in _TEXTS))))


def _labels(content: Content) -> str:
    parts = [*content.fields, *content.tags]
    parts += [f"{e.metric} {e.before} {e.value}{e.unit}" for e in content.effects]
    parts += [f"{p.name} {p.maker}" for p in content.products]
    parts += [d.name for d in content.documents if not d.attachment_id]  # files are found by themselves
    return "\n".join(part for part in parts if part)


def _linked(session: Session, links: sa.Select[int, int], ids: Collection[int]) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for case_id, id_ in session.execute(links, {"ids": ids}):
        found[case_id].append(id_)
    return found
