"""A letter becomes a message as mail programs read it: text and HTML, headers that name it and hold it together."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask import current_app
from flask_babel import gettext as _

from hub.clock import in_japan
from hub.mail.letters import Letter


@dataclass(frozen=True)
class Envelope:
    """Who sends to whom. `name_id` makes the Message-ID: the same mail, sent again, has the same. `origins`: the
    names of the hub, the reader's first. `ending`: where one click ends mails of this kind, or ""."""

    sender: Address
    address: str
    name: str
    name_id: str
    written_at: datetime
    origins: tuple[str, ...]
    ending: str = ""
    language: str = "ja"


def message_of(letter: Letter, envelope: Envelope) -> EmailMessage:
    """Whatever stands in a name or a title, it is one line of one header: the line breaks are gone before, and the
    library refuses those that are left (ValueError)."""
    message, domain = EmailMessage(policy=SMTP), envelope.sender.domain
    message["Subject"] = one_line(letter.subject)
    message["From"] = envelope.sender
    message["To"] = Address(display_name=one_line(envelope.name), addr_spec=envelope.address)
    message["Date"] = format_datetime(in_japan(envelope.written_at))
    message["Message-ID"] = f"<{hashlib.sha256(envelope.name_id.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notes come back
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    message["Content-Language"] = envelope.language
    if letter.thread_id is not None:
        root = f"<thread.{letter.thread_id}@{domain}>"
        message["In-Reply-To"], message["References"] = root, root
    if envelope.ending:
        message["List-Unsubscribe"] = f"<{envelope.ending}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_rendered("txt", letter, envelope), cte="base64")
    message.add_alternative(_rendered("html", letter, envelope), subtype="html", cte="base64")
    return message


def one_line(text: str) -> str:
    """Without line breaks and control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _rendered(ending: str, letter: Letter, envelope: Envelope) -> str:
    """In an application's context that has no request: what templates of pages know is not there."""
    template = current_app.jinja_env.get_template(f"mail/letter.{ending}")
    return template.render(
        letter=letter,
        envelope=envelope,
        origin=envelope.origins[0],
        others=envelope.origins[1:],
        hub=_("市町村DX相談ハブ"),
    )
