"""The WSGI entry: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`, `flask --app wsgi hub ...`."""

import sys

from hub import create_app
from hub.config import StartupFault
from hub.logs import told

try:
    app = create_app()
except StartupFault as fault:
    print(told(str(fault)), file=sys.stderr)
    raise SystemExit(2) from None
