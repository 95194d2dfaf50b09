"""What people have done with mails."""

from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Id


@dataclass(config=STRICT)
class SendTest:
    """A mail to whoever asks for it."""


@dataclass(config=STRICT)
class TryAgain:
    """Send to this person again, though their address was refused."""

    staff_id: Id
