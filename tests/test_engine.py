"""What an engine says of a statement that fails."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.factories import World


def test_a_failing_statement_is_named_without_what_somebody_typed(world: World) -> None:
    """Seen to fail without hide_parameters in hub/engine.py."""
    statement = sa.text("SELECT * FROM nowhere WHERE name = :typed").bindparams(typed="だれかの言葉")
    with world.store.read() as session, pytest.raises(DBAPIError) as fault:
        session.execute(statement)
    assert "nowhere" in str(fault.value)
    assert "だれかの言葉" not in str(fault.value)
