"""gunicorn's settings. One gevent worker a process: several machines or cores run several processes behind nginx."""

import os

from gunicorn.arbiter import Arbiter

# A worker that cannot start as configured says why and exits with 2 (wsgi.py): then gunicorn ends with 2 as well,
# instead of starting the next one for ever.
Arbiter.WORKER_BOOT_ERROR = 2

bind = f"{os.environ.get('HUB_BIND') or '127.0.0.1'}:{os.environ.get('PORT') or '5000'}"
worker_class = "gevent"
workers = 1
worker_connections = 4000
backlog = 2048
timeout = 60
graceful_timeout = 5
keepalive = 75
# A search of 500 letters stands in the address: up to 6,000 bytes. The most that gunicorn and nginx (8k) take.
limit_request_line = 8190
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    from hub.feed.leaving import watch_for_the_end
    from hub.pool import yield_to_the_loop

    yield_to_the_loop()
    watch_for_the_end(worker)


def worker_exit(_server: object, _worker: object) -> None:
    from hub.feed.leaving import finish

    finish()
