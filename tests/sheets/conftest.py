"""Reading a table as every import does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from hub.sheets.reading import Sheet, UnreadableSheet, read_sheet
from tests.sheets.making import placed

Read = Callable[..., Sheet]


@pytest.fixture
def read(app: Flask, tmp_path: Path) -> Read:
    def read(content: bytes, name: str = "table.xlsx") -> Sheet:
        with app.test_request_context():
            return read_sheet(placed(tmp_path, content, name))

    return read


@pytest.fixture
def refused(app: Flask, tmp_path: Path) -> Callable[..., str]:
    """The one sentence with which a file as a whole is refused."""

    def refused(content: bytes, name: str = "table.xlsx") -> str:
        with app.test_request_context(), pytest.raises(UnreadableSheet) as fault:
            read_sheet(placed(tmp_path, content, name))
        return str(fault.value)

    return refused
