"""Work for a thread of the pool that finds its words in the language that is spoken where it was asked for."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app
from flask_babel import force_locale, get_locale

P = ParamSpec("P")
T = TypeVar("T")


def speaking(work: Callable[P, T]) -> Callable[P, T]:
    app, language = cast(Any, current_app)._get_current_object(), str(get_locale())

    def spoken(*args: P.args, **kwargs: P.kwargs) -> T:
        with app.app_context(), force_locale(language):
            return work(*args, **kwargs)

    return spoken
