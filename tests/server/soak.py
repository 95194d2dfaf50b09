"""How much is done: `make test` runs the small counts, `make soak` (HUB_SOAK_KILLS=100) the full ones."""

import os

SOAK = bool(os.environ.get("HUB_SOAK_KILLS"))
