"""The job that takes away rows whose time is over."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from hub.jobs.leasing import Lease
from hub.retention.keeper import Keeper

EVERY_S = 3600.0


@dataclass(frozen=True)
class DropOldRows:
    """Whatever hub/retention/rules.py names."""


def drop_old_rows(_job: DropOldRows, _lease: Lease) -> None:
    cast(Keeper, current_app.extensions["hub.retention"]).tick()
