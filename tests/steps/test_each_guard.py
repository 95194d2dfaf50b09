"""Publishing asks twice, for the state and for the town's word: each holds alone, should the other ever be fooled."""

from typing import Any

import pytest
import sqlalchemy as sa

from hub.errors import Conflict
from hub.library.commands import OnVersion
from hub.library.models import Case
from hub.library.services.workflow import publish_case
from tests.factories import World
from tests.library.conftest import Library

FOOLED: dict[str, dict[str, Any]] = {
    "a draft that bears a word": {"status": "draft"},
    "a returned one that bears a word": {"status": "returned"},
    "a withdrawn one that bears a word": {"status": "withdrawn"},
    "the word for an older version": {"approved_version": 1},
    "no word": {"approved_version": None},
}


@pytest.mark.parametrize("values", FOOLED.values(), ids=FOOLED)
def test_each_condition_of_a_publication_holds_alone(world: World, values: dict[str, Any]) -> None:
    library = Library(world)
    case = library.draft()
    version = library.save(case, lessons="学び")
    ready = {"status": "review", "approved_version": version, "approved_audience_id": Case.audience_id}
    library.change(sa.update(Case).where(Case.id == case).values(ready | values))
    with pytest.raises(Conflict):
        world.write(publish_case, "supporter", OnVersion(case, version))
    library.change(sa.update(Case).where(Case.id == case).values(ready))
    world.write(publish_case, "supporter", OnVersion(case, version))
    assert library.case(case).published_version == version
