"""`hub worker`: a process that does the jobs of processes that serve with HUB_JOBS=off, and serves nobody.

Started by `python -m gevent.monkey --module hub.worker`, as gunicorn does it for those that serve.
"""

import signal
import sys

import gevent
import structlog
from flask import Flask
from gevent.event import Event

from hub import create_app
from hub.config import Config, StartupFault
from hub.db import Database
from hub.files.claiming import require_own
from hub.files.vault import Vault
from hub.jobs.install import begin, runner_of
from hub.logs import take_in_others, told
from hub.migrations.runner import migrate
from hub.pool import yield_to_the_loop

log = structlog.get_logger()
LAST_S = 10.0  # for what is under way at the end; what takes longer is taken up again by another process


def work(app: Flask) -> None:
    """Until SIGTERM. Raises StartupFault."""
    config: Config = app.extensions["hub.config"]
    database: Database = app.extensions["hub.db"]
    migrate(database)
    with database.transaction() as session:
        require_own(session, Vault(config.files))
    ending = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, ending.set)
    yield_to_the_loop()
    begin(app, serves=False)
    log.info("working")
    ending.wait()
    runner = runner_of(app)
    runner.stopping = True
    with gevent.Timeout(LAST_S, False):
        while runner.under_way:
            gevent.sleep(0.05)
    database.close()


def main() -> None:
    take_in_others()
    try:
        work(create_app())
    except StartupFault as fault:
        print(told(str(fault)), file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
