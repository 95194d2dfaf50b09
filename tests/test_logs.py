"""What others log looks like the hub's own lines."""

import json
import logging
import sys

import pytest

from hub.logs import JsonLines, told

pytestmark = pytest.mark.once


def test_a_trace_is_one_line():
    try:
        raise ValueError("二行\nある")
    except ValueError:
        record = logging.LogRecord("lib", logging.ERROR, "x.py", 1, "said %s", ("あ",), sys.exc_info())
    line = JsonLines().format(record)
    assert "\n" not in line
    found = json.loads(line)
    assert (found["event"], found["level"], found["logger"]) == ("said あ", "error", "lib")
    assert "ValueError" in found["exception"]


@pytest.mark.parametrize(
    ("environment", "at_a_terminal", "words"),
    [("development", False, True), ("production", True, True), ("production", False, False)],
)
def test_a_person_reads_words_and_a_log_gets_a_line(monkeypatch, environment, at_a_terminal, words):
    monkeypatch.setenv("HUB_ENV", environment)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: at_a_terminal, raising=False)
    assert (told("why") == "hub: why") == words
    assert words or json.loads(told("why"))["event"] == "why"
