"""The numbers of this worker in Prometheus' text form, made at the moment of asking."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from hub.feed.connections import connections
from hub.feed.publish import counts

requests_by_status: Counter[int] = Counter()


class _Worker(Collector):
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("hub_sockets", "Sockets connected to this worker", value=len(connections()))
        emitted = CounterMetricFamily("hub_events_emitted", "Events emitted, by name", labels=["name"])
        for name, number in sorted(counts.items()):
            if name != "failed":
                emitted.add_metric([name], number)
        yield emitted
        yield CounterMetricFamily("hub_events_failed", "Events that could not be emitted", value=counts["failed"])
        requests = CounterMetricFamily("hub_requests", "Requests answered, by status", labels=["status"])
        for status, number in sorted(requests_by_status.items()):
            requests.add_metric([str(status)], number)
        yield requests


def exposition() -> tuple[bytes, str]:
    """The text and its content type."""
    registry = CollectorRegistry()
    registry.register(_Worker())
    return generate_latest(registry), CONTENT_TYPE_LATEST
