"""Twenty people work through a network that loses, delays, doubles, swaps and cuts; see busy.py for what must hold."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import Live
from tests.server.busy import Town, busy, check, wait_for_work
from tests.server.lossy import FAULTS, LossyProxy
from tests.server.watching import figures

CHANCE = 0.04
WORK = 150


@pytest.fixture
def town(tmp_path: Path, settings: dict[str, str]) -> Iterator[Town]:
    made = Town(tmp_path / "instance", settings.get("HUB_DATABASE_URL", ""))
    yield made
    made.close()


def test_a_bad_network_loses_and_doubles_nothing(town: Town, tmp_path: Path, settings: dict[str, str]) -> None:
    """Seen to fail without `idempotent` on post_message: what was sent again after a lost ack was doubled."""
    with Live(tmp_path / "instance", HUB_RATE_LIMITS="off", **settings) as live:
        begin = time.monotonic()
        with LossyProxy(live.port, CHANCE) as network:
            with busy(town, network.port) as people:
                wait_for_work(people, WORK, within_s=120)
            faults = {fault: network.done[fault] for fault in FAULTS}
            frames = sum(network.done.values())
        total = check(live.url, town, people)
    assert all(faults.values()), faults
    counted = ", ".join(f"{number} {what}" for what, number in sorted(total.items()))
    figures.append(f"{'bad network':<44} {frames} frames in {time.monotonic() - begin:.0f} s, {faults}")
    figures.append(f"{'':44} {counted}")
