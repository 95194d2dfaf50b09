"""The recurring jobs for attachments: scanning those that wait, and taking away what nobody uses."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from hub.files.caretaker import Caretaker
from hub.jobs.leasing import Lease

TEND_S, SWEEP_S = 20.0, 3600.0


@dataclass(frozen=True)
class TendFiles:
    """What waits for the scanner, what was never sent, what nothing shows any more."""


@dataclass(frozen=True)
class SweepFiles:
    """Bytes without a row: all of the folder is looked through."""


def tend_files(_job: TendFiles, _lease: Lease) -> None:
    _caretaker().tick()


def sweep_files(_job: SweepFiles, _lease: Lease) -> None:
    _caretaker().sweep_orphans()


def _caretaker() -> Caretaker:
    return cast(Caretaker, current_app.extensions["hub.caretaker"])
