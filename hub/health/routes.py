"""For the monitor: does the hub answer, and how much goes through it. Not for people: no words, no detail of faults."""

import hmac
from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Response, current_app, request

from hub.config import Config
from hub.db import db
from hub.errors import NotFound
from hub.health.checks import database_answers
from hub.health.metrics import exposition, requests_by_status
from hub.security.requires import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """200 while the data base answers. Whoever may ask anybody may read this: what is wrong stands in the log."""
    if database_answers(db):
        return Response("ok", mimetype="text/plain")
    return Response("unavailable", status=503, mimetype="text/plain")


@bp.get("/metrics")
@public
def metrics() -> Response:
    """This worker's numbers, for this machine or a monitor that knows HUB_METRICS_TOKEN; to anybody else, nothing."""
    if not (_from_this_machine() or _knows_token()):
        raise NotFound
    text, content_type = exposition(db.reader)
    return Response(text, content_type=content_type)


@bp.after_app_request
def count(response: Response) -> Response:
    requests_by_status[response.status_code] += 1
    return response


def _from_this_machine() -> bool:
    # A proxy on this machine passes strangers on from a loopback address: what was forwarded is not from here.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _knows_token() -> bool:
    config: Config = current_app.extensions["hub.config"]
    given = request.headers.get("Authorization", "").encode()
    return bool(config.metrics_token) and hmac.compare_digest(given, f"Bearer {config.metrics_token}".encode())
