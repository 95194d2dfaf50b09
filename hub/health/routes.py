"""For the monitor: does the hub answer, and how much goes through it. Not for people: no words, no detail of faults."""

import hmac
import re
from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Response, current_app, request

from hub.config import Config
from hub.db import db
from hub.errors import NotFound
from hub.health.checks import database_answers
from hub.health.metrics import exposition, requests_by_status
from hub.health.probe import Probe
from hub.jobs.install import runner_of
from hub.security.origins import is_this_machine
from hub.security.requires import public

bp = Blueprint("health", __name__)
# What proxies add. Better a monitor too few than the numbers in the open: one that sends such a header has the token.
_FORWARDED = re.compile(
    r"(?i)via|(x-|http-)?(forwarded|real|original|client|cluster|envoy|remote|proxy)(-.*)?"
    r"|x-host|.*-(connecting|client|proxyuser)-?ip"
)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """200 while something can be written. Whoever may ask anybody may read this: what is wrong stands in the log."""
    probe: Probe = current_app.extensions["hub.probe"]
    if database_answers(db) and probe.can_write(db, current_app.extensions["hub.vault"]):
        return Response("ok", mimetype="text/plain")
    return Response("unavailable", status=503, mimetype="text/plain")


@bp.get("/metrics")
@public
def metrics() -> Response:
    """This worker's numbers, for this machine or a monitor that knows HUB_METRICS_TOKEN; to anybody else, nothing."""
    if not (_from_this_machine() or _knows_token()):
        raise NotFound
    text, content_type = exposition(db.reader, runner_of(current_app))
    return Response(text, content_type=content_type)


@bp.after_app_request
def count(response: Response) -> Response:
    requests_by_status[response.status_code] += 1
    return response


def _from_this_machine() -> bool:
    """A proxy on this machine passes strangers on from a loopback address: what it says of them, in whatever words, or
    a name that is not this machine's, shows that the request is not from here."""
    if any(_FORWARDED.fullmatch(name) for name, _value in request.headers):
        return False
    return _is_loopback(request.remote_addr or "") and is_this_machine(request.host)


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _knows_token() -> bool:
    config: Config = current_app.extensions["hub.config"]
    given = request.headers.get("Authorization", "").encode()
    return bool(config.metrics_token) and hmac.compare_digest(given, f"Bearer {config.metrics_token}".encode())
