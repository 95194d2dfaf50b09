"""The page for when nothing else can be shown: the same file that nginx has. It asks nobody for anything, neither the
database nor a template nor who is signed in."""

import re
from base64 import b64encode
from hashlib import sha256

from flask import Response

from hub.config import ROOT

RETRY_AFTER_S = 5
PAGE = (ROOT / "deploy" / "nginx" / "hub-unavailable.html").read_text(encoding="utf-8")


def _style_source() -> str:
    """The page brings its own style: the policy allows this one and no other."""
    found = re.search(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    digest = sha256((found[1] if found else "").encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"


POLICY = f"default-src 'none'; style-src {_style_source()}; base-uri 'none'; frame-ancestors 'none'"


def away_page(status: int = 503) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Retry-After": str(RETRY_AFTER_S)}
    return Response(PAGE, status=status, mimetype="text/html", headers=headers)
