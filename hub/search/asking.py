"""What is like a question that is being written, in the form in which pages ask for it: over their socket, or by HTTP
where there is none."""

from typing import Any

from pydantic.dataclasses import dataclass

from hub.actor import Actor
from hub.db import db
from hub.feed.payloads import STRICT, Body
from hub.search.presenters import hit_data
from hub.search.similar import list_similar
from hub.search.wording import kind_names


@dataclass(config=STRICT)
class Typed:
    text: Body


def similar_to(actor: Actor, typed: Typed) -> dict[str, Any]:
    """Raises Conflict when the same person has written on meanwhile, Unavailable when it would come too late."""
    hits = db.read_apart(list_similar, actor, typed.text)
    names = kind_names()
    return {"similar": [hit_data(hit) | {"kind_name": names[hit.document.shown_kind]} for hit in hits]}
