"""Security headers on every answer."""

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)


def install(app: Flask) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        # Files bring a stricter one of their own.
        headers.setdefault("Content-Security-Policy", f"{POLICY}; connect-src 'self'{_websocket_source()}")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        if request.is_secure:  # elsewhere browsers ignore it and complain on the console
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        return response


def _websocket_source() -> str:
    """Chromium counts ws: on the same host as 'self' and Firefox ESR 115 does not: name it."""
    scheme = "wss" if request.is_secure else "ws"
    host = request.host
    return f" {scheme}://{host}" if all(c.isalnum() or c in ".-:[]" for c in host) else ""
