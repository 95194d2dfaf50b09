"""The numbers of this worker in Prometheus' text form, made at the moment of asking."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from hub.clock import utc_now
from hub.errors import Unavailable
from hub.feed.connections import connections
from hub.feed.publish import counts
from hub.jobs.queries import how_jobs_stand
from hub.jobs.runner import Runner
from hub.mail.queries import how_mails_stand
from hub.reading.reader import Reader

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


class _Reading(Collector):
    """The process that searches for this worker."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def collect(self) -> Iterator[Metric]:
        reader = self.reader
        yield GaugeMetricFamily("hub_reading_up", "Whether the reading process of this worker runs", value=reader.is_up)
        yield GaugeMetricFamily("hub_reading_waiting", "Questions that wait for it", value=reader.waiting)
        yield CounterMetricFamily("hub_reading_starts", "How often it was started", value=reader.starts)
        answered = CounterMetricFamily("hub_readings", "Its answers", labels=["name", "outcome"])
        for (name, outcome), number in sorted(reader.outcomes.items()):
            answered.add_metric([name, outcome], number)
        yield answered
        seconds = CounterMetricFamily("hub_reading_seconds", "Time that these took", labels=["name"])
        for name, taken in sorted(reader.seconds.items()):
            seconds.add_metric([name], taken)
        yield seconds


class _Jobs(Collector):
    """How the jobs of this database stand, when it answers; what this process did of them."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    def collect(self) -> Iterator[Metric]:
        with suppress(SQLAlchemyError, Unavailable), self.runner.database.read() as session:
            found, now = how_jobs_stand(session), utc_now()
            yield GaugeMetricFamily("hub_jobs_waiting", "Jobs that are due and wait", value=found.waiting)
            waited = (now - found.oldest_at).total_seconds() if found.oldest_at else 0
            yield GaugeMetricFamily("hub_jobs_oldest_seconds", "For how long the oldest of them waits", value=waited)
            yield GaugeMetricFamily("hub_jobs_under_way", "Jobs under way in any process", value=found.under_way)
            yield GaugeMetricFamily("hub_jobs_failed", "Jobs that were set aside", value=found.set_aside)
        ended = CounterMetricFamily("hub_jobs_ended", "Jobs that ended here", labels=["kind", "outcome"])
        for (kind, outcome), number in sorted(self.runner.outcomes.items()):
            ended.add_metric([kind, outcome], number)
        yield ended
        seconds = CounterMetricFamily("hub_job_seconds", "Time that these took", labels=["kind"])
        for kind, taken in sorted(self.runner.seconds.items()):
            seconds.add_metric([kind], taken)
        yield seconds


class _Mails(Collector):
    """Those that wait to be sent, when the database answers."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    def collect(self) -> Iterator[Metric]:
        with suppress(SQLAlchemyError, Unavailable), self.runner.database.read() as session:
            found, now = how_mails_stand(session), utc_now()
            yield GaugeMetricFamily("hub_mails_waiting", "Mails that wait to be sent", value=found.waiting)
            waited = (now - found.oldest_at).total_seconds() if found.oldest_at else 0
            yield GaugeMetricFamily("hub_mails_oldest_seconds", "For how long the oldest of them waits", value=waited)


class _Standing(Collector):
    """Work with a queue of its own, by kind: what waits in the database, and what this process did of it."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    def collect(self) -> Iterator[Metric]:
        with suppress(SQLAlchemyError, Unavailable), self.runner.database.read() as session:
            waiting = GaugeMetricFamily("hub_standing_waiting", "What waits for standing work", labels=["work"])
            for line in self.runner.table.standing:
                if line.waiting is not None:
                    waiting.add_metric([line.name], line.waiting(session))
            yield waiting
        words = "For how long this process has not come to the end of it"
        behind = GaugeMetricFamily("hub_standing_behind_seconds", words, labels=["work"])
        steps = CounterMetricFamily("hub_standing_steps", "Its steps here", labels=["work"])
        faults = CounterMetricFamily("hub_standing_faults", "Those that failed", labels=["work"])
        seconds = CounterMetricFamily("hub_standing_seconds", "Time that these took", labels=["work"])
        for name, done in self.runner.standing.items():
            behind.add_metric([name], done.behind_s)
            steps.add_metric([name], done.steps)
            faults.add_metric([name], done.faults)
            seconds.add_metric([name], done.seconds)
        yield from (behind, steps, faults, seconds)


def exposition(reader: Reader, runner: Runner) -> tuple[bytes, str]:
    """The text and its content type."""
    registry = CollectorRegistry()
    registry.register(_Worker())
    registry.register(_Reading(reader))
    registry.register(_Jobs(runner))
    registry.register(_Standing(runner))
    registry.register(_Mails(runner))
    return generate_latest(registry), CONTENT_TYPE_LATEST
