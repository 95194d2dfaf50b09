"""The conditions of a list as chips: each says what it is and leads to the same list without it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.bands import POPULATION, band_of
from hub.library.facets import Facet
from hub.people.accompanying import accompanied
from hub.people.models import Organisation


@dataclass(frozen=True)
class Chip:
    """`rest`: the address's parameters without this condition."""

    name: str
    rest: Mapping[str, Any]


def chips(kept: Mapping[str, Any], facets: Iterable[Facet]) -> list[Chip]:
    """`kept`: the parameters of the list as it is."""
    found = []
    if kept.get("q"):
        found.append(Chip(_("「%(words)s」を含む", words=kept["q"]), _without(kept, "q")))
    for facet in facets:
        for choice in facet.choices:
            if choice.chosen:
                rest = [value for value in kept.get(facet.key, ()) if value != choice.value]
                found.append(Chip(choice.name, _without(kept, facet.key) | ({facet.key: rest} if rest else {})))
    if kept.get("marked"):
        found.append(Chip(_("しおりを付けた事例"), _without(kept, "marked")))
    return found


def _without(kept: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in kept.items() if key != name}


def bands_of_peers(session: Session, actor: Actor) -> list[str]:
    """The population bands of 「同じ規模」: of one's own town, or of those that one accompanies. None known = empty."""
    bodies = accompanied(session, actor) or {actor.organisation_id}
    query = sa.select(Organisation.population).where(
        Organisation.id.in_(bodies), Organisation.kind.in_(("市", "町", "村"))
    )
    found = {band_of(population, POPULATION) for population in session.scalars(query)}
    return sorted(str(band) for band in found if band is not None)
