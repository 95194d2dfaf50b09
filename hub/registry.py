"""What features that stand above threads decide inside them, in one place: `hub/threads/above.py` says what each is."""

from hub.library.services.asking import get_askable_case
from hub.sharing.secrecy import hides, unspoken
from hub.threads.above import Above

ABOVE_THREADS = Above(draft_places={"case": get_askable_case}, hides=hides, unspoken=unspoken)
