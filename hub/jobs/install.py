"""The runner of an application, and its beginning in a process that serves or works."""

from typing import cast

import gevent
from flask import Flask

from hub.config import Config
from hub.db import Database
from hub.jobs.runner import Runner
from hub.jobs.standing import keep_doing
from hub.jobs.table import JobTable
from hub.jobs.waking import when_woken


def install(app: Flask, table: JobTable) -> None:
    """In tests a job is done at once, as soon as the transaction that caused it is over."""
    runner = Runner(app, cast(Database, app.extensions["hub.db"]), table)
    app.extensions["hub.jobs"] = runner
    if cast(Config, app.extensions["hub.config"]).testing:
        when_woken(runner.work_off)


def runner_of(app: Flask) -> Runner:
    return cast(Runner, app.extensions["hub.jobs"])


def begin(app: Flask, *, serves: bool = True) -> None:
    """Called once in a process with a loop. One that serves may leave jobs to `hub worker` (HUB_JOBS)."""
    runner = runner_of(app)
    here = cast(Config, app.extensions["hub.config"]).jobs or not serves
    for line in runner.table.standing:
        if here or line.everywhere:
            gevent.spawn(keep_doing, line, runner.database, runner.standing[line.name])
    if here:
        when_woken(runner.wake)
        gevent.spawn(runner.run)
