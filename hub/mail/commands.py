"""What people have done with mails."""

from typing import Literal

from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Id


@dataclass(config=STRICT)
class SendTest:
    """A mail to whoever asks for it."""


@dataclass(config=STRICT)
class SetRules:
    """Whether mails may hold titles and the beginnings of messages."""

    with_text: Literal["on", "off"]


@dataclass(config=STRICT)
class TryAgain:
    """Send to this person again, though their address was refused."""

    staff_id: Id
