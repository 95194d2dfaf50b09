"""Structured logs, one JSON line each, whoever writes them. Texts that people wrote never go into a log."""

import json
import logging
import os
import sys
from typing import TextIO

import structlog

from hub.clock import iso, utc_now


def configure_logs() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )


class JsonLines(logging.Formatter):
    """For what logs in Python's own way (gunicorn, libraries): the same shape as the hub's own lines."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line | {"timestamp": iso(utc_now())}, ensure_ascii=False)


def take_in_others() -> None:
    """In a process that serves: what libraries and Python's warnings have to say."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)


def lines_are_json(stream: TextIO) -> bool:
    """In production, unless a person looks on."""
    return os.environ.get("HUB_ENV") == "production" and not stream.isatty()


def told(text: str) -> str:
    """A line of the start, or the reason of its end: words for a person at a terminal or in development, in production
    a line of the log like all others."""
    if not lines_are_json(sys.stderr):
        return f"hub: {text}"
    return json.dumps(
        {"event": text, "level": "error", "logger": "hub", "timestamp": iso(utc_now())}, ensure_ascii=False
    )


def serving(address: str) -> str:
    """The line that says where it serves."""
    if not lines_are_json(sys.stdout):
        return address
    return json.dumps({"event": "serving", "level": "info", "address": address, "timestamp": iso(utc_now())})
