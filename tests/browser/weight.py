"""What a page costs its reader: requests and bytes on the wire, and the moments that a usual phone sees."""

import math
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page

# The phone of Lighthouse: slow 4G, a processor a fourth as fast.
ROUND_TRIP_MS, DOWN_BYTES_S, UP_BYTES_S, SLOWER = 150, 1_638_400 / 8, 750_000 / 8, 4
WATCH = """
    window.seen = { lcp: 0, cls: 0, tbt: 0 };
    const watch = (type, each) =>
        new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
    watch('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime });
    watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value });
    watch('longtask', (entry) => { seen.tbt += Math.max(0, entry.duration - 50) });
"""
MOMENTS = """
    () => ({ ...seen, fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 })
"""
# (weight, value of the score 0.9, value of the score 0.5) of Lighthouse 12 for phones. The speed index, which needs a
# film, is taken as the first paint: these pages are painted once.
CURVES = {"fcp": (20, 1800, 3000), "lcp": (25, 2500, 4000), "tbt": (30, 200, 600), "cls": (25, 0.1, 0.25)}


@dataclass
class Weight:
    """`by_kind`: requests of each kind of resource. `bytes`: with headers, as they came."""

    bytes: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    moments: dict[str, float] = field(default_factory=dict)

    @property
    def scripts_and_styles(self) -> int:
        return self.by_kind.get("Script", 0) + self.by_kind.get("Stylesheet", 0)

    @property
    def score(self) -> float:
        return sum(weight * _score(self.moments[name], *curve) for name, (weight, *curve) in CURVES.items())


def weigh(page: Page, path: str, *, as_phone: bool = False) -> Weight:
    """Open a page as if for the first time."""
    page.goto("about:blank")
    wire = page.context.new_cdp_session(page)
    found = Weight()
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    wire.on("Network.responseReceived", lambda event: _count(found, event["type"]))
    wire.on("Network.loadingFinished", lambda event: _add(found, event))
    if as_phone:
        page.add_init_script(WATCH)
        _slow_down(wire)
    page.goto(path, wait_until="networkidle")
    if as_phone:
        found.moments = page.evaluate(MOMENTS)
    wire.detach()
    return found


def _slow_down(wire: CDPSession) -> None:
    slow = {"latency": ROUND_TRIP_MS, "downloadThroughput": DOWN_BYTES_S, "uploadThroughput": UP_BYTES_S}
    wire.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _count(found: Weight, kind: str) -> None:
    found.by_kind[kind] = found.by_kind.get(kind, 0) + 1


def _add(found: Weight, event: dict[str, Any]) -> None:
    found.bytes += int(event["encodedDataLength"])


def _score(value: float, good: float, middle: float) -> float:
    """From 0 to 1 on a log-normal curve that is 0.9 at `good` and 0.5 at `middle`."""
    if value <= 0:
        return 1.0
    width = (math.log(middle) - math.log(good)) / 1.2815515655446004
    return 0.5 * math.erfc((math.log(value) - math.log(middle)) / (width * math.sqrt(2)))
