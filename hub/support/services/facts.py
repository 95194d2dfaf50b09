"""What is said of a municipality: recorded and corrected by itself and by the DX section, never overwritten."""

import unicodedata
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, utc_now
from hub.errors import Conflict, NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt, once
from hub.security.permissions import Permission, require
from hub.support.commands import RecordFact
from hub.support.facts import THINGS, Thing, is_item
from hub.support.happenings import FactRecorded
from hub.support.input import LINE_CHARS, REASON_CHARS, TEXT_CHARS, checked_line, checked_text
from hub.support.models import Fact
from hub.support.queries import get_karte_for, newest_fact
from hub.threads.services.deciding import written_as

MOST_NUMBER = 100_000_000


@once
def record_fact(session: Session, actor: Actor, command: RecordFact) -> Receipt:
    """Raises NotFound, Conflict when somebody else has said something meanwhile, ValidationFailed."""
    karte = get_karte_for(session, actor, command.organisation_id, lock=True)
    require(actor, Permission.KARTE_WRITE, karte.subject)
    thing = THINGS.get(command.name)
    if thing is None or not is_item(thing, command.item):
        raise NotFound
    earlier = newest_fact(session, karte, thing.name, command.item)
    if command.number != (earlier.number if earlier else 0):
        raise Conflict
    fact = _fact(thing, command, earlier)
    fact.staff_id, fact.posting_id, fact.writer_name = actor.staff_id, actor.posting_id, written_as(actor)
    if earlier is not None:
        earlier.newest = False
        session.flush()
    session.add(fact)
    session.flush()
    detail = {"name": thing.name, "item": command.item}
    happened(
        session,
        actor,
        FactRecorded(karte_id=karte.organisation.id, organisation_id=karte.organisation.id, detail=detail),
    )
    return Receipt({"fact_id": str(fact.id), "number": fact.number})


def _fact(thing: Thing, command: RecordFact, earlier: Fact | None) -> Fact:
    """Raises ValidationFailed."""
    fact = Fact(organisation_id=command.organisation_id, name=thing.name, item=command.item, recorded_at=utc_now())
    fact.number = earlier.number + 1 if earlier else 1
    fact.value = _value(thing, command.value) if command.value.strip() or not earlier else ""
    fact.source = checked_line(command.source, "source", LINE_CHARS) if thing.dated else ""
    fact.as_of = _as_of(command.as_of) if thing.dated else None
    if earlier is None:
        return fact
    if (fact.value, fact.source, fact.as_of) == (earlier.value, earlier.source, earlier.as_of):
        raise ValidationFailed({"value": _("今の内容と同じです。変更するところを入力してください。")})
    fact.why = checked_line(command.reason, "reason", REASON_CHARS)
    return fact


def _as_of(day: date | None) -> date:
    if day is None:
        raise ValidationFailed({"as_of": _("入力してください。")})
    if day > japan_today():
        raise ValidationFailed({"as_of": _("今日までの日を選んでください。")})
    return day


def _value(thing: Thing, typed: str) -> str:
    if thing.kind == "choice":
        if typed not in thing.choices:
            raise ValidationFailed({"value": _("選び直してください。")})
        return typed
    if thing.kind == "number":
        return str(_number(typed))
    return (
        checked_text(typed, "value", TEXT_CHARS) if thing.kind == "text" else checked_line(typed, "value", LINE_CHARS)
    )


def _number(typed: str) -> int:
    plain = unicodedata.normalize("NFKC", typed).strip().replace(",", "").removesuffix("人")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len(str(MOST_NUMBER)) and int(plain) <= MOST_NUMBER):
        raise ValidationFailed({"value": _("0以上の整数で入力してください（1.5のような小数は使えません）。")})
    return int(plain)
