"""What every page needs: the actor, what they may do, the heads read before its content, and parts of features that
stand above the page's own (`Frame`, put together in `hub/frame.py`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from babel.dates import format_date
from flask import Flask, current_app, g
from flask_babel import get_locale
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter

from hub.actor import Actor
from hub.charts.figures import grouped
from hub.clock import in_japan, iso, iso_or_none
from hub.config import Config
from hub.db import db
from hub.feed.log import heads
from hub.feed.streams import MOST_STREAMS, notes_stream, room_stream, user_stream
from hub.ids import PATTERN
from hub.installation import current_epoch, is_demo
from hub.people.pages import writer_name_address
from hub.security.permissions import Permission, Subject, may_ever, permits
from hub.security.requires import actor_or_none
from hub.security.sessions import absolute_end
from hub.text import plain_excerpt


class IdConverter(IntegerConverter):
    """`<int:…>` in an address: exactly an id; anything else is an address that is not there."""

    regex = PATTERN


@dataclass(frozen=True)
class Frame:
    """`rooms`: whose streams every page of the actor hears. `waiting`: for each kind of thing how much of it waits for
    them. `words` and `filters` are for templates. `case_parts`: what other features show on the page of a case,
    `case_map`: where it has been taken up. `thread_parts`: the same for a thread; `came_of`: what was made of it, for
    whoever takes something out there. `cases_with`, `threads_with`: what the search finds among them (`@reading`).
    `demo_accounts`: who can sign in to a demo."""

    rooms: Callable[[Session, Actor], list[int]]
    waiting: tuple[Callable[[Session, Actor], int], ...]
    has_sharings: Callable[[Session, Actor], bool]
    body_chars: int
    words: Mapping[str, Any]
    filters: Mapping[str, Callable[..., Any]]
    case_parts: Callable[[Session, Actor, Any], dict[str, Any]]
    case_map: Callable[[Session, Any], Any]
    cases_with: Callable[[Session, Actor, str], frozenset[int]]
    threads_with: Callable[[Session, Actor, int, str], frozenset[int]]
    thread_parts: Callable[[Session, Actor, Any], dict[str, Any]]
    came_of: Callable[[Session, Actor, int], Any]
    demo_accounts: Callable[[Session], Sequence[Any]]


def frame() -> Frame:
    return cast(Frame, current_app.extensions["hub.frame"])


def page_state(
    session: Session, actor: Actor, *, room_id: int | None = None, thread_id: int | None = None
) -> dict[str, Any]:
    """What the browser starts from. To be called BEFORE the content is read, so that no event can fall between."""
    streams = [
        user_stream(actor.staff_id),
        *(room_stream(id_) for id_ in frame().rooms(session, actor)[: MOST_STREAMS - 3]),
    ]
    if room_id is not None and room_stream(room_id) not in streams:
        streams.append(room_stream(room_id))  # the room of a case: heard only while it is viewed
    if room_id is not None and may_ever(actor, Permission.NOTE_READ):
        streams.append(notes_stream(room_id))
    return _state(session, actor, streams, room_id=room_id, thread_id=thread_id)


def _state(session: Session, actor: Actor, streams: list[str], **shown: int | None) -> dict[str, Any]:
    config: Config = current_app.extensions["hub.config"]
    g.has_state = True
    return {
        "me": {
            "staff_id": str(actor.staff_id),
            "name": actor.displayed_name,
            "role": actor.role,
            "organisation": actor.organisation_name,
            "answers": actor.in_dx_section,
        },
        "epoch": current_epoch(session),
        "heads": heads(session, streams),
        "streams": streams,
        "room_id": _id_or_none(shown.get("room_id")),
        "thread_id": _id_or_none(shown.get("thread_id")),
        "limits": {
            "body_chars": frame().body_chars,
            "file_bytes": config.file_bytes,
            "files_per_post": config.files_per_post,
        },
        "idle_s": config.idle.total_seconds(),
        "absolute_at": iso_or_none(absolute_end(session, actor)),
        "polling_only": config.polling_only,
    }


def _id_or_none(id_: int | None) -> str | None:
    return None if id_ is None else str(id_)


def can(permission: str, subject: Subject | None = None) -> bool:
    """For templates: may the signed-in person do this (to this)? Without a subject: to anything at all."""
    actor = actor_or_none()
    if actor is None:
        return False
    named = Permission(permission)
    return permits(actor, named, subject) if subject else may_ever(actor, named)


def japan_day(moment: datetime | str) -> str:
    """2026年11月23日(月) or Mon, 23 Nov 2026: the day in Japan, in the current language, as Intl writes it too."""
    return format_date(_in_japan(moment), "y年M月d日(E)" if _japanese() else "E, d MMM y", locale=get_locale())


def last_day(until: datetime) -> str:
    """The last day of something that ends at this moment, which itself no longer counts."""
    return japan_day(until - timedelta(seconds=1))


def last_date(until: datetime) -> str:
    """The same as the value of a date field: 2027-03-31."""
    return in_japan(until - timedelta(seconds=1)).date().isoformat()


def japan_date(moment: datetime | str) -> str:
    """11月20日 or 20 Nov, for lists."""
    return format_date(_in_japan(moment), "M月d日" if _japanese() else "d MMM", locale=get_locale())


def japan_time(moment: datetime | str) -> str:
    return f"{japan_day(moment)} {_in_japan(moment):%H:%M}"


def _in_japan(moment: datetime | str) -> datetime:
    return in_japan(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


def _japanese() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "ja"


def _demo_mode() -> bool:
    if "demo_mode" not in g:
        with db.read() as session:
            g.demo_mode = is_demo(session)
    return bool(g.demo_mode)


def _menu() -> dict[str, Any]:
    """What stands in the menu: how much is new in the お知らせ箱, and whether there are 共有. Asked once for each page
    however many templates it is made of. A page without a state of its own hears at least what concerns its reader:
    the number in the menu, in the title and on the icon lives on every page."""
    actor = actor_or_none()
    if actor is None:
        return {"inbox_count": 0, "has_sharings": False}
    if "menu" not in g:
        with db.read() as session:
            heard = {} if "has_state" in g else {"page_state": _state(session, actor, [user_stream(actor.staff_id)])}
            g.menu = {
                **heard,
                "inbox_count": count_waiting(session, actor),
                "has_sharings": frame().has_sharings(session, actor),
            }
    return dict(g.menu)


def count_waiting(session: Session, actor: Actor) -> int:
    """Everything new in the お知らせ箱: what was said to the actor, and what waits for the body they speak for."""
    return sum(count(session, actor) for count in frame().waiting)


def install(app: Flask, frame: Frame) -> None:
    app.extensions["hub.frame"] = frame

    @app.context_processor
    def common() -> dict[str, Any]:
        locale = get_locale()
        return {
            "actor": actor_or_none(),
            "can": can,
            "demo_mode": _demo_mode(),
            "locale": locale.language if locale else "ja",
            **frame.words,
            "writer_name_address": writer_name_address,
            **_menu(),
        }

    # Letters as they are, which are half as long, and are packed with the same words of the page's own text.
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    app.add_template_filter(iso, "iso")
    app.add_template_filter(in_japan, "in_japan")
    app.add_template_filter(japan_time, "japan_time")
    app.add_template_filter(japan_day, "japan_day")
    app.add_template_filter(last_day, "last_day")
    app.add_template_filter(last_date, "last_date")
    app.add_template_filter(japan_date, "japan_date")
    app.add_template_filter(plain_excerpt, "plain_excerpt")
    app.add_template_filter(grouped, "grouped")
    for name, function in frame.filters.items():
        app.add_template_filter(function, name)
