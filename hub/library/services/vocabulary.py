"""The words that the prefecture looks after: fields, groups of tags, synonyms."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import AddField, AddTag, AddTagGroup, ChangeField, DropField, SettleTag
from hub.library.happenings import (
    FieldAdded,
    FieldDropped,
    FieldRenamed,
    TagChanged,
    TagGroupAdded,
    TagMerged,
)
from hub.library.models import CaseField, CaseTag, FieldAlias, Tag, TagGroup
from hub.people.models import Expertise, Field
from hub.security.permissions import Permission, require_role
from hub.statements import insert_ignore
from hub.text_chars import TextRefused, clean_line

NAME_CHARS = 40


def add_field(session: Session, actor: Actor, command: AddField) -> Receipt:
    """A new 分野 at the end. Raises ValidationFailed."""
    require_role(actor, Permission.CURATE)
    name = named(command.name)
    _refuse_taken(session, name)
    last = session.execute(sa.select(sa.func.max(Field.position))).scalar() or 0
    session.add(Field(name=name, position=last + 1))
    happened(session, actor, FieldAdded(field=name, organisation_id=actor.organisation_id))
    return Receipt()


def change_field(session: Session, actor: Actor, command: ChangeField) -> Receipt:
    """Rename or move a 分野. Texts that say the former name mean it from now on. Raises ValidationFailed."""
    field = _field(session, actor, command.field_id)
    name = named(command.name)
    if name != field.name:
        _refuse_taken(session, name, but=field.id)
        session.execute(sa.delete(FieldAlias).where(FieldAlias.name == name))
        session.add(FieldAlias(name=field.name, field_id=field.id))
        detail = {"from": field.name, "to": name}
        renamed = FieldRenamed(field=field.id, organisation_id=actor.organisation_id, detail=detail)
        happened(session, actor, renamed)
        field.name = name
    field.position = command.position
    return Receipt()


def drop_field(session: Session, actor: Actor, command: DropField) -> Receipt:
    """Take away a 分野 that nothing and nobody uses. Raises ValidationFailed."""
    field = _field(session, actor, command.field_id)
    for column in (CaseField.field_id, Expertise.field_id, FieldAlias.field_id):
        if session.scalars(sa.select(column).where(column == field.id).limit(1)).first() is not None:
            raise ValidationFailed({"name": _("「%(name)s」は使われているため、削除できません。", name=field.name)})
    session.delete(field)
    happened(session, actor, FieldDropped(field=field.name, organisation_id=actor.organisation_id))
    return Receipt()


def _field(session: Session, actor: Actor, field_id: int) -> Field:
    require_role(actor, Permission.CURATE)
    field = session.get(Field, field_id)
    if field is None:
        raise NotFound
    return field


def _refuse_taken(session: Session, name: str, but: int | None = None) -> None:
    """A name belongs to one field, also as its former name: texts could not tell two apart."""
    taken = session.scalars(sa.select(Field.id).where(Field.name == name, Field.id != (but or 0))).first()
    former = session.scalars(sa.select(FieldAlias.field_id).where(FieldAlias.name == name)).first()
    if taken is not None or (former is not None and former != but):
        raise ValidationFailed({"name": _("「%(name)s」はもうあります。", name=name)})


def add_tag_group(session: Session, actor: Actor, command: AddTagGroup) -> Receipt:
    require_role(actor, Permission.CURATE)
    name = named(command.name)
    if session.scalars(sa.select(TagGroup.id).where(TagGroup.name == name)).first() is not None:
        raise ValidationFailed({"name": _("「%(name)s」はもうあります。", name=name)})
    last = session.execute(sa.select(sa.func.max(TagGroup.position))).scalar() or 0
    session.add(TagGroup(name=name, position=last + 1))
    happened(session, actor, TagGroupAdded(tag=name, organisation_id=actor.organisation_id))
    return Receipt()


def add_tag(session: Session, actor: Actor, command: AddTag) -> Receipt:
    """A governed tag; a free tag or a synonym of this name becomes one. Raises ValidationFailed, NotFound."""
    require_role(actor, Permission.CURATE)
    if session.get(TagGroup, command.group_id) is None:
        raise NotFound
    tag = ensure_tag(session, named(command.name))
    tag.group_id, tag.synonym_of_id = command.group_id, None
    happened(session, actor, TagChanged(tag=tag.id, organisation_id=actor.organisation_id))
    return Receipt()


def settle_tag(session: Session, actor: Actor, command: SettleTag) -> Receipt:
    """Put a tag into a group, free it, or make it a synonym, which brings the cases of both together under the tag that
    is meant. Raises ValidationFailed, NotFound."""
    require_role(actor, Permission.CURATE)
    tag = session.get(Tag, command.tag_id)
    if tag is None or (command.group_id is not None and session.get(TagGroup, command.group_id) is None):
        raise NotFound
    if not command.means.strip():
        tag.group_id, tag.synonym_of_id = command.group_id, None
        happened(session, actor, TagChanged(tag=tag.id, organisation_id=actor.organisation_id))
        return Receipt()
    meant = ensure_tag(session, named(command.means, "means"))
    meant = session.get_one(Tag, meant.synonym_of_id or meant.id)
    if meant.id == tag.id:
        raise ValidationFailed({"means": _("自分自身の同義語にはできません。")})
    _merge(session, tag, meant)
    detail = {"tag": tag.name, "means": meant.name}
    happened(session, actor, TagMerged(tag=meant.id, organisation_id=actor.organisation_id, detail=detail))
    return Receipt()


def _merge(session: Session, tag: Tag, meant: Tag) -> None:
    both = sa.select(CaseTag.case_id).where(CaseTag.tag_id == meant.id)
    session.execute(sa.delete(CaseTag).where(CaseTag.tag_id == tag.id, CaseTag.case_id.in_(both)))
    session.execute(sa.update(CaseTag).where(CaseTag.tag_id == tag.id).values(tag_id=meant.id))
    session.execute(sa.update(Tag).where(Tag.synonym_of_id == tag.id).values(synonym_of_id=meant.id))
    tag.synonym_of_id, tag.group_id = meant.id, None


def ensure_tag(session: Session, name: str) -> Tag:
    session.connection().execute(insert_ignore(session, Tag), {"name": name})
    return session.scalars(sa.select(Tag).where(Tag.name == name)).one()


def named(text: str, field: str = "name", most: int = NAME_CHARS) -> str:
    """Raises ValidationFailed."""
    try:
        return clean_line(text, max_chars=most)
    except TextRefused:
        raise ValidationFailed({field: _("%(n)s文字以内で入力してください。", n=most)}) from None
