"""What a reader of files says where it cannot go on; it crosses from the process that reads to the one that asked."""

from typing import Any


class Refused(Exception):
    """`code` is the reader's own word for the reason; `values` are what a sentence about it needs."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class TooMuch(Exception):
    """Reading the file took more memory or time than one file may take."""


class Broken(Exception):
    """The process that read the file ended without an answer."""
