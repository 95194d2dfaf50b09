"""Searching by meaning on and off, for an administrator; the vectors stay."""

from typing import Literal

from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.events.happenings import happened
from hub.feed.payloads import STRICT
from hub.search.happenings import MeaningSwitchedOff, MeaningSwitchedOn
from hub.search.index_state import hold_state
from hub.security.permissions import Permission, require_role


@dataclass(config=STRICT)
class SwitchMeaning:
    state: Literal["on", "off"]


def switch_meaning(session: Session, actor: Actor, command: SwitchMeaning) -> None:
    """Every worker goes by it from the next search on; switching to what it is changes nothing."""
    require_role(actor, Permission.SEARCH_MEANING)
    state, off = hold_state(session), command.state == "off"
    if state.meaning_off != off:
        state.meaning_off = off
        kind = MeaningSwitchedOff if off else MeaningSwitchedOn
        happened(session, actor, kind(organisation_id=actor.organisation_id))
