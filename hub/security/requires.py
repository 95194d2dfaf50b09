"""Denied unless declared: every route says what it needs, and the application does not start when one does not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from flask_login import current_user

from hub.actor import Actor
from hub.config import StartupFault
from hub.errors import SignedOut
from hub.security.permissions import Permission, require_role

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view gets the actor as its first argument. Raises SignedOut or Forbidden before it runs; what the actor may
    do to the particular thing is decided where the thing is fetched."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            require_role(actor, permission)
            return view(actor, *args, **kwargs)

        guarded.declared_permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def public(view: View) -> View:
    """A page for everybody: sign-in, one-time links, health."""
    view.declared_permission = None  # type: ignore[attr-defined]
    return view


def is_public(endpoint: str | None) -> bool:
    """Whether a route of this application was declared so."""
    return getattr(current_app.view_functions.get(endpoint or ""), "declared_permission", True) is None


def current_actor() -> Actor:
    """Who is signed in. Raises SignedOut."""
    if not current_user.is_authenticated:
        raise SignedOut
    return cast(Actor, current_user._get_current_object())


def actor_or_none() -> Actor | None:
    try:
        return current_actor()
    except SignedOut:
        return None


def check_routes_declared(app: Flask) -> None:
    """Raises StartupFault naming the routes that declare nothing."""
    undeclared = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, "declared_permission")
    ]
    if undeclared:
        raise StartupFault(f"routes without a declared permission: {', '.join(sorted(undeclared))}")
