"""Texts as long as they may be: for each limit what writes one of so many characters. What is longer is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from hub.accounts.services import Profile, save_profile
from hub.errors import ValidationFailed
from hub.library.commands import (
    AddBasis,
    AddField,
    Adopt,
    ReturnCase,
    SaveCollection,
)
from hub.library.services.adopting import adopt_case
from hub.library.services.bases import add_basis
from hub.library.services.collecting import save_collection
from hub.library.services.vocabulary import add_field
from hub.library.services.workflow import return_case, submit_case
from hub.people.input import check_new_password, checked_name, plain_address
from hub.rooms.commands import CreateRoom, ReadWithReason
from hub.rooms.reasons import read_with_reason
from hub.rooms.steering import create_room
from hub.search.services import checked_query
from hub.search.synonym_services import checked_words
from hub.sharing.commands import OnSharing, Prepare, ReturnSharing
from hub.sharing.services.consenting import ask_consent, return_sharing
from hub.sharing.services.preparing import prepare
from hub.spreading.commands import AddItem, Hear, LinkPredecessor
from hub.spreading.services.checklists import add_item
from hub.spreading.services.descent import link_predecessor
from hub.spreading.services.hearing import hear_adoption
from hub.support.commands import RecordFact
from hub.support.models import Fact
from hub.support.services.facts import record_fact
from hub.threads.commands import ChangeHead, EditMessage, RedactMessage
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.services.editing import edit_message, redact_message
from hub.threads.services.steering import change_head
from hub.visits.commands import AcceptVisit, FinishVisit, RequestVisit
from hub.visits.models import Visit
from hub.visits.services import accept_visit, finish_visit, request_visit
from tests.library.conftest import Library
from tests.spreading.world import adoption_of, case_of

Write = Callable[[Library, str], Any]


def visit(library: Library, text: str = "見たい") -> int:
    case = case_of(library.world, library.world.prefecture)
    command = RequestVisit(case, library.world.new_id(), text, 3, date(2099, 1, 1))
    return int(library.world.write(request_visit, "officer", command).data["visit_id"])


def _findings(library: Library, text: str) -> None:
    made = visit(library)
    library.world.write(accept_visit, "supporter", AcceptVisit(made, date(2099, 1, 1)))
    with library.world.store.transaction() as session:
        session.get_one(Visit, made).agreed_on = date(2020, 1, 1)
    library.world.write(finish_visit, "supporter", FinishVisit(made, text))


def _remark(library: Library, text: str) -> None:
    world = library.world
    asked = world.thread(world.room, "consultation", by="officer")
    id_ = int(world.write(prepare, "officer", Prepare(asked.thread_id, "edition", False)).data["sharing_id"])
    world.write(ask_consent, "officer", OnSharing(id_, 1))
    world.write(return_sharing, "supporter", ReturnSharing(id_, 1, text))


def _returned(library: Library, text: str) -> None:
    case = library.draft()
    library.on(submit_case, case, "officer")
    library.world.write(return_case, "supporter", ReturnCase(case, 1, text))


def _reason(library: Library, text: str) -> None:
    world = library.world
    world.write(redact_message, "manager", RedactMessage(world.thread(world.room).message_id, text))


def _passed(library: Library, text: str) -> None:
    world = library.world
    thread_id = world.thread(world.room, "consultation").thread_id
    world.write(pass_turn, "officer", PassTurn(thread_id, "asking", text))


def said(library: Library, value: str, name: str = "core_system", **more: Any) -> int:
    """Something of the town, with another statement before it when it is not the first."""
    world = library.world
    with world.store.read() as session:
        fact = session.scalars(sa.select(Fact).where(Fact.name == name, Fact.newest)).first()
        number = fact.number if fact else 0
    fields = {"as_of": date(2020, 1, 1), "source": "聞取り", "reason": "訂正"} | more
    command = RecordFact(world.town, world.new_id(), name, number, value=value, **fields)
    return int(world.write(record_fact, "officer", command).data["number"])


def _corrected(library: Library, text: str) -> None:
    said(library, library.world.new_id())
    said(library, library.world.new_id(), reason=text)


def _title(library: Library, text: str) -> None:
    library.world.thread(library.world.room, title=text)


def _edited(library: Library, text: str) -> None:
    said = library.world.thread(library.world.room)
    library.world.write(edit_message, "officer", EditMessage(said.message_id, text, 1))


def _summary(library: Library, text: str) -> None:
    said = library.world.thread(library.world.room)
    library.world.write(change_head, "officer", ChangeHead(said.thread_id, body=text, summary_version=0))


def _thanks(library: Library, text: str) -> None:
    world = library.world
    adoption = adoption_of(world, case_of(world, world.town), world.foreign_town)
    world.write(hear_adoption, "officer", Hear(adoption, text))


def _lineage(library: Library, text: str) -> None:
    world = library.world
    case, earlier = case_of(world, world.town), case_of(world, world.town)
    world.write(link_predecessor, "officer", LinkPredecessor(case, str(earlier), text))


def _adopted(library: Library, text: str) -> None:
    world = library.world
    world.write(adopt_case, "officer", Adopt(case_of(world, world.prefecture), "trial", reason=text))


def _address(library: Library, text: str) -> None:
    """With a long domain: the limit is of the whole."""
    labels = ".".join(["b" * 40] * 20)
    if plain_address("a@" + labels[: len(text) - len("a@x.jp")] + "x.jp") is None:
        raise ValidationFailed({"email": ""})


def _password(library: Library, text: str) -> None:
    varied = "".join(chr(0x4E00 + n) for n in range(len(text)))
    check_new_password(varied, "x@example.jp", library.world.app.extensions["hub.config"])


def in_case(field: str) -> Write:
    return lambda library, text: library.save(library.draft(), **{field: text})


def by(service: Any, who: str, command: Callable[[str], Any]) -> Write:
    return lambda library, text: library.world.write(service, who, command(text))


TEXTS: dict[str, Write] = {
    "people.input:NAME_CHARS": by(save_profile, "officer", lambda text: Profile(text, "", "", "ja", frozenset())),
    "people.input:EXTENSION_CHARS": by(
        save_profile, "officer", lambda text: Profile("名", "", text, "ja", frozenset())
    ),
    "people.input:ADDRESS_CHARS": _address,
    "people.input:PASSWORD_MOST_CHARS": _password,
    "library.content:LINE_CHARS": lambda library, text: library.save(library.draft(), effects=[{"metric": text}]),
    "library.content:TEXT_CHARS": in_case("lessons"),
    "library.content:TITLE_CHARS": in_case("title"),
    "library.content:SUMMARY_CHARS": in_case("summary"),
    "library.services.adopting:TEXT_CHARS": _adopted,
    "library.services.collecting:INTRO_CHARS": by(
        save_collection, "supporter", lambda text: SaveCollection("特集", text)
    ),
    "library.services.steps:REASON_CHARS": _returned,
    "library.services.vocabulary:NAME_CHARS": by(add_field, "supporter", AddField),
    "rooms.reasons:REASON_CHARS": lambda library, text: library.world.write(
        read_with_reason, "admin", ReadWithReason(library.world.room, text)
    ),
    "rooms.steering:NAME_CHARS": by(create_room, "supporter", CreateRoom),
    "rooms.steering:DESCRIPTION_CHARS": by(create_room, "supporter", lambda text: CreateRoom("名", description=text)),
    "search.language:MOST_CHARS": lambda _library, text: checked_query(text),
    "search.synonym_services:WORD_CHARS": lambda _library, text: checked_words(f"{text}、語"),
    "sharing.services.consenting:REMARK_CHARS": _remark,
    "spreading.services.checklists:ITEM_CHARS": by(add_item, "supporter", lambda text: AddItem("trial", text)),
    "spreading.services.descent:NOTE_CHARS": _lineage,
    "spreading.services.hearing:THANKS_CHARS": _thanks,
    "support.input:LINE_CHARS": said,
    "support.input:TEXT_CHARS": lambda library, text: said(library, text, "vendors"),
    "support.input:REASON_CHARS": _corrected,
    "threads.input:BODY_CHARS": lambda library, text: library.world.thread(library.world.room, body=text),
    "threads.input:TITLE_CHARS": _title,
    "threads.input:REASON_CHARS": _reason,
    "threads.services.steering:SUMMARY_CHARS": _summary,
    "visits.services:TEXT_CHARS": visit,
    "visits.services:FINDINGS_CHARS": _findings,
}
# The same limit at another door.
DOORS: dict[str, list[Write]] = {
    "threads.input:BODY_CHARS": [
        _edited,
        lambda library, text: library.world.message(library.world.thread(library.world.room), text),
        lambda library, text: library.world.note(library.world.thread(library.world.room), text),
    ],
    "support.input:LINE_CHARS": [lambda library, text: said(library, library.world.new_id(), source=text)],
    "threads.input:REASON_CHARS": [_passed],
    "library.content:LINE_CHARS": [by(add_basis, "supporter", AddBasis)],
    "people.input:NAME_CHARS": [lambda _library, text: checked_name(text, field="name")],
}
