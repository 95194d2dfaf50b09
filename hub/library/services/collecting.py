"""特集: the DX section chooses cases, puts them in order and introduces them."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict, NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import PutInCollection, SaveCollection, ShowCollection, TakeOutOfCollection
from hub.library.content import LINE_CHARS, TITLE_CHARS
from hub.library.happenings import CollectionChanged
from hub.library.models import Collection, CollectionCase
from hub.library.queries import get_case_for
from hub.library.services.vocabulary import named
from hub.security.permissions import Permission, require_role
from hub.text_chars import TextRefused, clean_source

INTRO_CHARS = 2_000
MOST_CASES = 60


def save_collection(session: Session, actor: Actor, command: SaveCollection) -> Receipt:
    """Title and introduction of a new or an old collection. Raises NotFound, ValidationFailed."""
    require_role(actor, Permission.CURATE)
    collection = (
        _get(session, actor, command.collection_id)
        if command.collection_id is not None
        else Collection(created_at=utc_now())
    )
    collection.title = named(command.title, "title", TITLE_CHARS)
    collection.intro = _intro(command.intro)
    session.add(collection)
    session.flush()
    return _done(session, actor, collection)


def put_in_collection(session: Session, actor: Actor, command: PutInCollection) -> Receipt:
    """Raises NotFound, Conflict for a case that is not out, ValidationFailed when the collection is full."""
    collection = _get(session, actor, command.collection_id)
    if get_case_for(session, actor, command.case_id).case.published_version is None:
        raise Conflict(_("公開していない事例です。"))
    row = session.get(CollectionCase, (collection.id, command.case_id))
    mine = CollectionCase.collection_id == collection.id
    if row is None:
        count, last = session.execute(
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(CollectionCase.position), 0)).where(mine)
        ).one()
        if count >= MOST_CASES:
            raise ValidationFailed({"case_id": _("特集に入れられる事例は%(n)s件までです。", n=MOST_CASES)})
        row = CollectionCase(collection_id=collection.id, case_id=command.case_id, position=last + 1)
        session.add(row)
    if command.position is not None:
        row.position = command.position
    row.note = named(command.note, "note", LINE_CHARS) if command.note.strip() else ""
    return _done(session, actor, collection)


def take_out_of_collection(session: Session, actor: Actor, command: TakeOutOfCollection) -> Receipt:
    collection = _get(session, actor, command.collection_id)
    key = {"collection_id": collection.id, "case_id": command.case_id}
    session.execute(sa.delete(CollectionCase).filter_by(**key))
    return _done(session, actor, collection)


def show_collection(session: Session, actor: Actor, command: ShowCollection) -> Receipt:
    """Let readers see it, or take it back."""
    collection = _get(session, actor, command.collection_id)
    collection.published_at = utc_now() if command.on else None
    return _done(session, actor, collection)


def _get(session: Session, actor: Actor, collection_id: int) -> Collection:
    require_role(actor, Permission.CURATE)
    collection = session.get(Collection, collection_id)
    if collection is None:
        raise NotFound
    return collection


def _done(session: Session, actor: Actor, collection: Collection) -> Receipt:
    changed = CollectionChanged(collection_id=collection.id, organisation_id=actor.organisation_id)
    happened(session, actor, changed)
    return Receipt({"collection_id": str(collection.id)})


def _intro(text: str) -> str:
    try:
        return clean_source(text, max_chars=INTRO_CHARS) if text.strip() else ""
    except TextRefused:
        raise ValidationFailed({"intro": _("%(n)s文字以内で入力してください。", n=f"{INTRO_CHARS:,}")}) from None
