"""What features that stand above threads decide inside them; which do stands in `hub/registry.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from hub.actor import Actor


@dataclass(frozen=True)
class Above:
    """`draft_places`: kinds of places, besides those in a room, in which drafts are kept; the function raises where the
    actor may not write. Of a thread that is an anonymous edition: `hides` says whether the actor may not appear there
    under their own name, though no alias stands for them yet; `unspoken` which names the actor, who hides or does not,
    must not write there."""

    draft_places: Mapping[str, Callable[[Session, Actor, int], object]]
    hides: Callable[[Session, Actor, int], bool]
    unspoken: Callable[[Session, Actor, int, bool], list[str]]


def above() -> Above:
    return cast(Above, current_app.extensions["hub.threads"])


def install(app: Flask, decided: Above) -> None:
    app.extensions["hub.threads"] = decided
