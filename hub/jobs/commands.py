"""What a person may have done with jobs."""

from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Id


@dataclass(config=STRICT)
class RetryJob:
    """Do it now, as if it had never failed."""

    job_id: Id
