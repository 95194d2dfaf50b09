"""A file of synonyms that somebody sends: read apart, and what is wrong with it in words."""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from flask_babel import gettext as _

from hub.confined.asking import ask
from hub.confined.refusal import Broken, Refused, TooMuch
from hub.errors import ValidationFailed
from hub.search.sudachi_file import groups_of
from hub.sheets.limits import READING

Groups = tuple[tuple[str, ...], ...]


class SynonymFile(NamedTuple):
    """`passed`: lines that are none of the format, and were passed over."""

    groups: Groups
    passed: int


def read_file(content: bytes) -> SynonymFile:
    """Raises ValidationFailed, Unavailable."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "synonyms.txt")
        path.write_bytes(content)
        try:
            *groups, (_passed, count) = ask("synonyms", READING, path=str(path))
        except Refused as refusal:
            raise _refusal(refusal) from None
        except (TooMuch, Broken):
            raise _refusal(Refused("none")) from None
    return SynonymFile(tuple(tuple(words) for _group, words in groups), count)


def checked_groups(text: str) -> Groups:
    """The same of a text. Raises ValidationFailed."""
    try:
        return tuple(groups_of(text).groups)
    except Refused as refusal:
        raise _refusal(refusal) from None


def _refusal(refusal: Refused) -> ValidationFailed:
    return ValidationFailed({"file": _words(refusal.code, refusal.values)})


def _words(code: str, values: dict[str, Any]) -> str:
    figures = {name: f"{value:,}" for name, value in values.items() if isinstance(value, int)}
    if code == "group":
        return _("グループ番号%(group)sの言葉が%(n)s語を超えています。", group=values["group"], n=figures["n"])
    if code == "groups":
        return _("取り込めるのは%(n)s組までです。", n=figures["n"])
    if code == "words":
        return _("取り込めるのは合わせて%(n)s語までです。", n=figures["n"])
    if code == "line":
        return _("%(line)s行目が長すぎます。%(n)s文字以内にしてください。", **figures)
    if code == "word":
        return _("%(line)s行目の言葉が%(n)s文字を超えています。", **figures)
    if code == "none":
        return _("Sudachiの同義語の形式として読めるグループがありません。")
    return _("ファイルの文字が読み取れません。Excelなどで「CSV UTF-8」として保存し直してください。")
