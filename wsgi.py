"""The WSGI entry: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`, `flask --app wsgi hub ...`."""

import sys

from hub import create_app
from hub.config import StartupFault

try:
    app = create_app()
except StartupFault as fault:
    print(f"hub: {fault}", file=sys.stderr)
    raise SystemExit(2) from None
