"""Routes that only run one service: a form or JSON in, the ack or the next page out."""

from collections.abc import Callable
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.responses import done

Command = TypeVar("Command")


def step(
    service: Callable[[Session, Actor, Command], Receipt], kind: type[Command], goal: Callable[..., str]
) -> Callable[..., Response]:
    """A view that runs `service` with the form and the ids of the address as a command of this kind, and then shows the
    page at `goal(**ids)`. Raises what the service raises."""

    def view(actor: Actor, **ids: int) -> Response:
        receipt = db.write(service, actor, command_of(kind, **ids))
        return done(receipt.ack(), goal(**ids), _("記録しました。"))

    return view
