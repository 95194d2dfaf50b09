"""How mails leave: over a connection to the mail server, or into a folder of this machine."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from hub import private
from hub.clock import in_japan, utc_now
from hub.config import Config
from hub.relay import Relay

PATIENCE_S = 30.0  # for each answer of the server
MOST_KEPT = 500  # files in the folder
_DETAIL = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class Away(Exception):
    """The mail server takes nothing from the hub at the moment; it has nothing to do with this mail."""


class Later(Exception):
    """It does not take this mail now."""


class Refused(Exception):
    """It never will. `of_address`: because of whom it is for."""

    def __init__(self, answer: str, *, of_address: bool) -> None:
        super().__init__(answer)
        self.of_address = of_address


class Carrier(Protocol):
    def deliver(self, message: EmailMessage, sender: str, address: str) -> None:
        """Raises Away, Later, Refused."""


@contextmanager
def carrier_of(config: Config) -> Iterator[Carrier]:
    """For a run of mails. Raises Away."""
    if config.relay is None:
        yield Folder(config.mail_folder)
        return
    with _faults_of_the_server():
        connection = _connected(config.relay)
    try:
        yield Smtp(connection)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()


class Smtp:
    def __init__(self, connection: smtplib.SMTP) -> None:
        self.connection = connection

    def deliver(self, message: EmailMessage, sender: str, address: str) -> None:
        try:
            with _faults_of_the_server():
                self.connection.send_message(message, sender, [address])
        except smtplib.SMTPRecipientsRefused as fault:
            code, said = next(iter(fault.recipients.values()))
            raise _not_taken(code, said, of_address=True) from None
        except smtplib.SMTPDataError as fault:
            raise _not_taken(fault.smtp_code, fault.smtp_error, of_address=False) from None


class Folder:
    """One file for each mail, named by its time; the oldest go when there are many."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, message: EmailMessage, _sender: str, _address: str) -> None:
        private.make_folder(self.folder)
        name = str(message["Message-ID"]).strip("<>").split("@")[0][:12]
        private.write(self.folder / f"{in_japan(utc_now()):%Y%m%d-%H%M%S}-{name}.eml", message.as_bytes())
        for old in sorted(self.folder.glob("*.eml"), reverse=True)[MOST_KEPT:]:
            old.unlink(missing_ok=True)


def answers(relay: Relay) -> bool:
    """Whether the mail server lets the hub in."""
    try:
        with _faults_of_the_server():
            _connected(relay).quit()
    except Away:
        return False
    return True


def _connected(relay: Relay) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if relay.wrapping == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=PATIENCE_S, context=context)
    else:
        connection = smtplib.SMTP(relay.host, relay.port, timeout=PATIENCE_S)
    try:
        if relay.wrapping == "starttls":
            connection.starttls(context=context)
        if relay.user:
            connection.login(relay.user, relay.password)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _faults_of_the_server() -> Iterator[None]:
    """All but what it says of one mail. Raises Away."""
    try:
        yield
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
        raise
    except smtplib.SMTPResponseException as fault:
        raise Away(_numbers(fault.smtp_code, fault.smtp_error)) from None
    except (smtplib.SMTPException, OSError) as fault:  # also what TLS finds wrong, and time that runs out
        raise Away(type(fault).__name__) from None


def _not_taken(code: int, said: bytes | str, *, of_address: bool) -> Away | Later | Refused:
    """421: it ends the connection."""
    answer = _numbers(code, said)
    if code == 421:
        return Away(answer)
    return Refused(answer, of_address=of_address) if 500 <= code < 600 else Later(answer)


def _numbers(code: int, said: bytes | str) -> str:
    """`550 5.1.1`: what the server says beyond that may name anybody, and is kept nowhere."""
    detail = _DETAIL.search(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
    return f"{code} {detail.group()}" if detail else str(code)
