"""gunicorn's settings. One gevent worker a process: several machines or cores run several processes behind nginx."""

import gc
import logging
import os

from gevent import monkey

# The application is put together once, before the fork (`preload_app`), and what it takes from Python's own modules
# must be cooperative by then.
monkey.patch_all()

from gevent.hub import Hub  # noqa: E402
from gunicorn.arbiter import Arbiter  # noqa: E402
from gunicorn.glogging import Logger  # noqa: E402
from gunicorn.workers.base import Worker  # noqa: E402

from hub.logs import JsonLines, take_in_others  # noqa: E402

take_in_others()


def greenlet_failed(_hub: object, _context: object, kind: type[BaseException], fault: object, trace: object) -> None:
    """gevent would write the traceback to stderr as it is."""
    logging.getLogger("gevent").error("a greenlet ended by a fault", exc_info=(kind, fault or kind(), trace))


Hub.print_exception = greenlet_failed


class Lines(Logger):
    """Every line of the log is JSON, gunicorn's too."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())


# A worker that cannot start as configured says why and exits with 2 (wsgi.py): then gunicorn ends with 2 as well,
# instead of starting the next one for ever.
Arbiter.WORKER_BOOT_ERROR = 2

address = os.environ.get("HUB_BIND") or "127.0.0.1"
bind = f"{f'[{address}]' if ':' in address else address}:{os.environ.get('PORT') or '5000'}"
worker_class = "gevent"
workers = 1
# A worker that dies is there again in a moment: it has nothing to import. Meanwhile its callers wait at the open port.
preload_app = True
worker_connections = 4000
backlog = 2048
# One that no longer moves is killed: with what gunicorn takes to notice, after ten seconds. SQLite waits five at most.
timeout = 7
graceful_timeout = 5
keepalive = 75
# A search of 500 letters stands in the address: up to 6,000 bytes. The most that gunicorn and nginx (8k) take.
limit_request_line = 8190
accesslog = None
errorlog = "-"
loglevel = "warning"
logger_class = Lines
control_socket_disable = True


def post_worker_init(worker: Worker) -> None:
    from hub.feed.leaving import watch_for_the_end
    from hub.intake import be_patient
    from hub.jobs.install import begin
    from hub.pool import yield_to_the_loop

    be_patient(worker, float(os.environ.get("HUB_PATIENCE_S") or 10))

    yield_to_the_loop()
    watch_for_the_end(worker)
    begin(worker.wsgi)


def worker_exit(_server: object, _worker: object) -> None:
    from hub.feed.leaving import finish

    finish()


def pre_request(worker: object, request: object) -> None:
    from hub.intake import begin_request

    begin_request(worker, request)


def post_request(worker: object, request: object, environ: dict[str, object], response: object) -> None:
    from hub.intake import end_request

    end_request(worker, request, environ, response)


def when_ready(_server: object) -> None:
    """What is there before the fork stays: no collection of garbage looks through it again, in no worker and at no end,
    and its memory is shared."""
    gc.collect()
    gc.freeze()
