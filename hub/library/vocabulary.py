"""Fields, tags and bases under the names that they have now: former names and synonyms lead to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.library.content import BasisLine, Content
from hub.library.models import Basis, BasisAlias, CaseField, CaseTag, FieldAlias, Tag, TagGroup
from hub.people.models import Field
from hub.shown import Shown

MOST_OF_SHELF = 200  # each with a form


def as_named_now(session: Session, content: Content) -> Content:
    """The content with every field, tag and basis under its present name."""
    return all_as_named_now(session, [content])[0]


def all_as_named_now(session: Session, contents: Iterable[Content]) -> list[Content]:
    """The same of many; three queries."""
    every = list(contents)
    fields = field_names_now(session, {name for content in every for name in content.fields})
    tags = tag_names_now(session, {name for content in every for name in content.tags})
    bases = basis_names_now(session, {line.name for content in every for line in content.bases})
    return [_named(content, fields, tags, bases) for content in every]


def _named(content: Content, fields: dict[str, str], tags: dict[str, str], bases: dict[str, str]) -> Content:
    changed: dict[str, Any] = {
        "fields": _renamed(content.fields, fields),
        "tags": _renamed(content.tags, tags),
        "bases": _renamed_lines(content.bases, bases),
    }
    unchanged = all(getattr(content, name) == value for name, value in changed.items())
    return content if unchanged else replace(content, **changed)


def _renamed_lines(lines: tuple[BasisLine, ...], now: dict[str, str]) -> tuple[BasisLine, ...]:
    """Two lines that have come to name the same basis are one when they say the same of it."""
    return tuple(dict.fromkeys(replace(line, name=now.get(line.name, line.name)) for line in lines)) if now else lines


def _renamed(names: tuple[str, ...], now: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(now.get(name, name) for name in names))


def field_names_now(session: Session, names: Iterable[str]) -> dict[str, str]:
    """The present name of those that have been renamed."""
    wanted = list(names)
    query = sa.select(FieldAlias.name, Field.name).join(Field, Field.id == FieldAlias.field_id)
    return dict(session.execute(query.where(FieldAlias.name.in_(wanted))).all()) if wanted else {}


def tag_names_now(session: Session, names: Iterable[str]) -> dict[str, str]:
    """The governed name of those that are synonyms."""
    wanted, meant = list(names), aliased(Tag)
    query = sa.select(Tag.name, meant.name).join(meant, meant.id == Tag.synonym_of_id)
    return dict(session.execute(query.where(Tag.name.in_(wanted))).all()) if wanted else {}


def basis_names_now(session: Session, names: Iterable[str]) -> dict[str, str]:
    """The present name of those that have been renamed or were found to be the same as another."""
    wanted = list(names)
    query = sa.select(BasisAlias.name, Basis.name).join(Basis, Basis.id == BasisAlias.basis_id)
    return dict(session.execute(query.where(BasisAlias.name.in_(wanted))).all()) if wanted else {}


@dataclass(frozen=True)
class FieldRow:
    field: Field
    cases: int
    former: list[str]


def list_field_rows(session: Session) -> list[FieldRow]:
    """Every 分野 with the number of cases in it and its former names."""
    counts = dict(session.execute(sa.select(CaseField.field_id, sa.func.count()).group_by(CaseField.field_id)).all())
    former: dict[int, list[str]] = {}
    for alias in session.scalars(sa.select(FieldAlias).order_by(FieldAlias.name)):
        former.setdefault(alias.field_id, []).append(alias.name)
    fields = session.scalars(sa.select(Field).order_by(Field.position, Field.id))
    return [FieldRow(f, counts.get(f.id, 0), former.get(f.id, [])) for f in fields]


@dataclass
class TagRow:
    tag: Tag
    cases: int
    synonyms: list[str] = field(default_factory=list)


@dataclass
class TagShelf:
    """A group with its tags; `group` is None for the free ones."""

    group: TagGroup | None
    rows: list[TagRow] = field(default_factory=list)

    def shown(self, whole: bool) -> Shown[TagRow]:
        return Shown(self.rows, MOST_OF_SHELF, whole)


def list_tag_shelves(session: Session) -> list[TagShelf]:
    """The governed groups in their order, then the free tags, the most used first. Three queries."""
    counts = dict(session.execute(sa.select(CaseTag.tag_id, sa.func.count()).group_by(CaseTag.tag_id)).all())
    groups = session.scalars(sa.select(TagGroup).order_by(TagGroup.position, TagGroup.id)).all()
    shelves: dict[int | None, TagShelf] = {g.id: TagShelf(g) for g in groups} | {None: TagShelf(None)}
    tags = session.scalars(sa.select(Tag).order_by(Tag.name)).all()
    rows = {t.id: TagRow(t, counts.get(t.id, 0)) for t in tags if t.synonym_of_id is None}
    for tag in tags:
        if tag.synonym_of_id in rows:
            rows[tag.synonym_of_id].synonyms.append(tag.name)
    for row in rows.values():
        shelves[row.tag.group_id].rows.append(row)
    shelves[None].rows.sort(key=lambda row: (-row.cases, row.tag.name))
    return list(shelves.values())
