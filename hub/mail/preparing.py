"""The words of a mail, found at the moment at which it is sent."""

from collections.abc import Callable, Mapping
from email.headerregistry import Address
from functools import partial
from typing import cast

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from hub.config import Config
from hub.mail.addressing import Reader, find_reader
from hub.mail.choosing import ending_of
from hub.mail.digest import DIGEST, remember_marks
from hub.mail.kinds import LETTERS
from hub.mail.letters import Letter
from hub.mail.messages import Envelope, message_of
from hub.mail.models import Mail
from hub.mail.sending import Ready

NOBODY = Address(display_name="市町村DX相談ハブ", addr_spec="hub@hub.invalid")  # of mails that never leave
Write = Callable[[Session, Mail, Reader], Letter | None]


def prepare(session: Session, mail: Mail) -> Ready | None:
    """None: nothing is left to say, or nobody to say it to."""
    config = cast(Config, current_app.extensions["hub.config"])
    reader = find_reader(session, mail.staff_id, config)
    if reader is None:
        return None
    with force_locale(reader.staff.language):
        letter = cast(Mapping[str, Write], LETTERS)[mail.kind](session, mail, reader)
        if letter is None:
            return None
        ending = reader.origins[0] + ending_of(reader.staff.id, letter.kind) if letter.kind else ""
        message = message_of(letter, _envelope(mail, reader, config, ending))
    sender = (config.sender or NOBODY).addr_spec
    after = partial(remember_marks, staff_id=reader.staff.id, marks=letter.marks) if mail.kind == DIGEST else None
    return Ready(mail, message, sender, reader.address, after)


def _envelope(mail: Mail, reader: Reader, config: Config, ending: str) -> Envelope:
    return Envelope(
        config.sender or NOBODY,
        reader.address,
        reader.staff.name,
        f"{mail.key} {mail.created_at.timestamp()}",
        mail.created_at,
        reader.origins,
        ending,
        language=reader.staff.language,
    )
