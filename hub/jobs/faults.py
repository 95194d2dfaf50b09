"""A job that failed: when it is tried again, and which words about the error are kept."""

import random
import traceback
from datetime import timedelta

from hub.errors import HubError, Unavailable

MOST_ATTEMPTS = 10  # over about an hour and a half
FIRST_PAUSE_S, LONGEST_PAUSE_S = 10.0, 3600.0
ENDED, UNAVAILABLE = "ended", "unavailable"  # otherwise the kind of the fault and where it arose


def pause_after(attempts: int) -> timedelta:
    """Growing, and never the same for two: what failed together does not come back together."""
    pause = min(FIRST_PAUSE_S * 2.0 ** min(attempts - 1, 20), LONGEST_PAUSE_S)
    return timedelta(seconds=pause * random.uniform(0.75, 1.25))


def cause_of(fault: BaseException) -> str:
    """Without its message, in which there may be what people typed: this stands in the table and on a page."""
    if isinstance(fault, Unavailable):
        return UNAVAILABLE
    lines = [frame for frame in traceback.extract_tb(fault.__traceback__) if "/hub/" in frame.filename]
    where = f" {lines[-1].filename.rpartition('/hub/')[2]}:{lines[-1].lineno}" if lines else ""
    kind = fault.code if isinstance(fault, HubError) else type(fault).__name__
    return f"{kind}{where}"
