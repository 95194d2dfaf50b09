"""The municipal consultation hub: `create_app(config)` of `hub/application.py` puts it together."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.application import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Only who makes the application pays for all of it: the process that searches needs half (ADR 16)."""
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hub.application import create_app

    return create_app
