"""A consent is to what was there when it was given: after a step back everybody is asked again, be it about the same.

Kinds and their steps are found by their names in the schema and among the routes, so that a new one without a line here
fails."""

import re
from collections.abc import Iterable
from contextlib import suppress

import pytest
from flask import Flask

from hub.errors import HubError
from hub.tables import Base
from tests.consents.cases import Ending, Public, Publication, PublicSince, WiderReaders
from tests.consents.kinds import Edition, Invitation, Kind, Proposal, Reason
from tests.library.conftest import Library

KINDS = (Edition, Publication, WiderReaders, Public, PublicSince, Ending, Proposal, Invitation, Reason)
SOUNDS_LIKE_CONSENT = re.compile(r"agree|approv|consent|confirm|accept|permit|heard|reason$|_yes$|^yes$")
NO_CONSENT = {
    "adoption_echoes.heard_state": "the news that was heard; nothing waits for it",
    "adoptions.reason": "why a town does what it does",
    "case_bases.confirmed_at": "that a basis still holds, as of a day",
    "cases.confirm_every_months": "how often is asked",
    "cases.ended_reason": "a text of the case",
    "cases.last_confirmed_on": "that a case still is so, as of a day",
    "grants.reason": "of administrators who let themselves in before `room_grants`",
    "messages.redaction_reason": "why a text was taken out",
    "sharing_answers.yes": "begins an edition, which still needs every word",
    "sharing_consents.created_at": "when",
    "sharing_consents.sharing_id": "to what",
    "sharing_consents.staff_id": "who said it for the body",
    "support_contacts.agreed": "what was settled at a visit, as its record says",
    "thread_redactions.reason": "why a text was taken out",
    "case_publicities.dx_agreed_by_id": "who said it for the side",
    "case_publicities.town_agreed_by_id": "who said it for the side",
}
STEPS_BACK = re.compile(r"\.(return|give_back|withdraw|decline|refuse|settle|public|share)$")
NO_STEP_BACK: dict[str, str] = {}

STEPS = [pytest.param(kind, step, id=f"{kind.__name__}-{step}") for kind in KINDS for step in kind.steps]


def after(library: Library, kind: type[Kind], step: str) -> Kind:
    """The thing after so many words, the step back, and what the step undid done once more."""
    thing = kind(library)
    for word in kind.words[: kind.steps[step]]:
        thing.say(word)
    assert thing.is_out() == (kind.steps[step] == len(kind.words))
    thing.step(step)
    assert not thing.is_out()
    thing.again()
    return thing


def say(thing: Kind, words: Iterable[str]) -> None:
    """These words, and of the others what can be done without them. Twice: what is refused waits for another's."""
    said = set(words)
    for word in thing.words * 2:
        with suppress(HubError):
            thing.say(word) if word in said else thing.otherwise(word)


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_after_a_step_back_no_word_is_spared(library: Library, kind: type[Kind], step: str) -> None:
    for left_out in kind.words:
        thing = after(library, kind, step)
        say(thing, set(kind.words) - {left_out})
        assert not thing.is_out(), f"out without {left_out}"


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_with_every_word_it_goes_out_again(library: Library, kind: type[Kind], step: str) -> None:
    thing = after(library, kind, step)
    say(thing, kind.words)
    assert thing.is_out()


def test_every_column_that_holds_a_consent_has_a_kind() -> None:
    columns = {f"{t.name}.{c.name}" for t in Base.metadata.sorted_tables for c in t.columns}
    sounding = {name for name in columns if SOUNDS_LIKE_CONSENT.search(name)}
    held = {column for kind in KINDS for column in kind.columns}
    assert sounding - NO_CONSENT.keys() == held


def test_every_step_back_is_taken(app: Flask) -> None:
    endpoints = {r.endpoint for r in app.url_map.iter_rules() if "POST" in r.methods}
    back = {name for name in endpoints if STEPS_BACK.search(name)}
    assert back - NO_STEP_BACK.keys() == {step for kind in KINDS for step in kind.steps} & back
    assert {step for kind in KINDS for step in kind.steps} <= endpoints
