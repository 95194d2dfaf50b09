"""An application that is made before it is asked for: making one takes half of a test's time."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask


class ReadyApp:
    """Stands in for `new_app` of tests/conftest.py and hands out, once in a process, the one that was made ahead."""

    def __init__(self, conftest: ModuleType, folder: Path) -> None:
        self.make: Callable[..., Flask] = conftest.new_app
        self.folder, self.kept = folder / "instance", folder / "kept"
        self.app: Flask | None = None
        self.address = ""
        conftest.new_app = self  # type: ignore[attr-defined]

    def __call__(self, folder: Path, address: str = "", **settings: object) -> Flask:
        if self.app is None or settings or address != self.address:
            self.address = self.address or address
            return self.make(folder, address, **settings)
        app, self.app = self.app, None
        shutil.rmtree(self.folder)
        shutil.copytree(self.kept, self.folder)
        return app

    def prepare(self) -> None:
        """Make the one for the tests' own database, whose address is known from those that ran."""
        self.folder.mkdir(parents=True)
        self.app = self.make(self.folder, self.address)
        shutil.copytree(self.folder, self.kept)


def conftest_of(session: pytest.Session) -> ModuleType:
    plugins = session.config.pluginmanager.get_plugins()
    return next(plugin for plugin in plugins if isinstance(plugin, ModuleType) and hasattr(plugin, "new_app"))
