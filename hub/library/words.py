"""Words typed above lists of cases find what the search would find: spellings, synonyms, phrases."""

from dataclasses import replace

from hub.actor import Actor
from hub.db import db
from hub.library.facets import Wanted
from hub.page import frame


def with_words(actor: Actor, wanted: Wanted) -> Wanted:
    """The same with the cases that its words find, looked up beside the loop."""
    if not wanted.words.strip():
        return wanted
    return replace(wanted, found=db.read_apart(frame().cases_with, actor, wanted.words))
