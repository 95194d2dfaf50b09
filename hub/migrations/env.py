"""Alembic's environment. Runs on the connection that `hub/migrations/runner.py` hands over, or on the configured
database when alembic is called by itself to write a new migration."""

import os

from alembic import context

import hub.models  # noqa: F401 - fills the metadata
from hub.config import read_config
from hub.engine import make_engine
from hub.tables import Base

connection = context.config.attributes.get("connection")


def run(on: object) -> None:
    context.configure(
        connection=on,  # type: ignore[arg-type]
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=True,
        user_module_prefix="hub.tables.",
    )
    with context.begin_transaction():
        context.run_migrations()


if connection is not None:
    run(connection)
else:
    with make_engine(read_config(os.environ).database).execution_options(writes=True).connect() as own:
        run(own)
        own.commit()
