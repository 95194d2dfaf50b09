"""Visits and calls, and the notes of the DX section, read through the karte."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound
from hub.people.authors import Author, AuthorKey, authors
from hub.security.permissions import Permission, permits
from hub.shown import Shown, first_of
from hub.support.models import Contact, KarteNote
from hub.support.queries import Karte, get_karte_for

MOST, MOST_EARLIER, MOST_NOTES = 5, 50, 10


@dataclass(frozen=True)
class ContactPlace:
    karte: Karte
    contact: Contact


def get_contact_for(session: Session, actor: Actor, contact_id: int, *, lock: bool = False) -> ContactPlace:
    """Raises NotFound when it is not there or of a karte that is not the actor's matter."""
    contact = session.get(Contact, contact_id, with_for_update=lock or None)
    if contact is None:
        raise NotFound
    return ContactPlace(get_karte_for(session, actor, contact.organisation_id), contact)


@dataclass(frozen=True)
class Met:
    contact: Contact
    by: Author


def list_contacts(session: Session, karte: Karte, *, whole: bool = False) -> Shown[Met]:
    """Each as it was last told, the newest day first."""
    query = sa.select(Contact).where(Contact.organisation_id == karte.organisation.id, Contact.newest)
    query = first_of(query.order_by(Contact.held_on.desc(), Contact.id.desc()), MOST, whole)
    return Shown(_met(session, session.scalars(query)), MOST, whole)


def list_tellings(session: Session, place: ContactPlace, *, whole: bool = False) -> Shown[Met]:
    """One visit or call as it was told, the last first."""
    first = place.contact.first_id or place.contact.id
    query = sa.select(Contact).where(sa.or_(Contact.id == first, Contact.first_id == first))
    query = first_of(query.order_by(Contact.id.desc()), MOST_EARLIER, whole)
    return Shown(_met(session, session.scalars(query)), MOST_EARLIER, whole)


def _met(session: Session, rows: Iterable[Contact]) -> list[Met]:
    contacts = list(rows)
    keys = [AuthorKey(c.staff_id, c.posting_id, c.writer_name) for c in contacts]
    people = authors(session, keys) if keys else {}
    return [Met(contact, people[key]) for contact, key in zip(contacts, keys, strict=True)]


@dataclass(frozen=True)
class Noted:
    note: KarteNote
    by: Author


def list_karte_notes(session: Session, actor: Actor, karte: Karte, *, whole: bool = False) -> Shown[Noted] | None:
    """The newest first; None for whoever may not know that there can be any."""
    if not permits(actor, Permission.KARTE_NOTE, karte.subject):
        return None
    query = sa.select(KarteNote).where(KarteNote.organisation_id == karte.organisation.id)
    query = first_of(query.order_by(KarteNote.id.desc()), MOST_NOTES, whole)
    notes = list(session.scalars(query))
    people = authors(session, [AuthorKey(n.staff_id, n.posting_id) for n in notes]) if notes else {}
    return Shown([Noted(n, people[AuthorKey(n.staff_id, n.posting_id)]) for n in notes], MOST_NOTES, whole)
