"""The form of a thread's title and summary: what was typed into it, beside what others wrote since it was opened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _

from hub.feed.contracts import ThreadData
from hub.threads.commands import ChangeHead


@dataclass(frozen=True)
class HeadForm:
    """What the fields hold. `…_late`: what was typed there comes after somebody else's change."""

    title: str
    body: str
    title_late: bool = False
    body_late: bool = False


def given(command: ChangeHead) -> ChangeHead:
    """Of a form the title only where it was touched: it may have been changed since, and then stays as it is."""
    if request.is_json or "title" not in request.form:
        return command
    typed = request.form["title"]
    return replace(command, title=None if typed == request.form.get("title_read") else typed)


def filled(thread: ThreadData, version: int, said: Mapping[int, str], typed: Mapping[str, str]) -> HeadForm:
    """The form as it is shown; with what was `typed` when it comes back. A field that was left as it was read shows
    what is there now. `said` is the summary by its versions."""
    form = HeadForm(thread["title"], thread["summary"]["body"] if thread["summary"] else "")
    if "title" in typed and typed["title"] != typed.get("title_read"):
        form = replace(form, title=typed["title"], title_late=typed.get("version") != str(thread["version"]))
    read = typed.get("summary_version", "")
    if "body" in typed and _plain(typed["body"]) != _plain(_said(said, int(read) if read.isdecimal() else 0)):
        form = replace(form, body=typed["body"], body_late=read != str(version))
    return form


def _said(said: Mapping[int, str], read: int) -> str:
    return said[max(earlier)] if (earlier := [version for version in said if version <= read]) else ""


def _plain(text: str) -> str:
    """As browsers send it and as it is kept are the same."""
    return text.replace("\r\n", "\n").strip()


def said_of(changed: Collection[str]) -> str:
    """One sentence of what was saved."""
    if not changed:
        return _("変更はありませんでした。")
    if len(changed) > 1:
        return _("題名とまとめを保存しました。")
    return _("題名を保存しました。") if "title" in changed else _("まとめを保存しました。")
