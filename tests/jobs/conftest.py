from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from hub.db import Database
from hub.jobs.runner import Runner
from tests.jobs.kinds import runner as new_runner


@pytest.fixture
def runner(db: Database) -> Iterator[Runner]:
    yield new_runner(db)
    with db.transaction() as session:
        session.execute(sa.text("DROP TABLE done_jobs"))
