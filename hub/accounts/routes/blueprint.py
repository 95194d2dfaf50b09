"""One blueprint for a person's own account; the modules beside this one hang their views on it."""

from typing import cast

from flask import Blueprint, current_app

from hub.config import Config

bp = Blueprint("accounts", __name__)


def config() -> Config:
    return cast(Config, current_app.extensions["hub.config"])
