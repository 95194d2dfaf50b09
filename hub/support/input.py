"""Texts of a karte as they are typed."""

from collections.abc import Callable

from flask_babel import gettext as _

from hub.errors import ValidationFailed
from hub.text_chars import TextRefused, clean_line, clean_source

LINE_CHARS = 200
TEXT_CHARS = 2_000
REASON_CHARS = 500


def checked_line(text: str, field: str, most: int, *, required: bool = True) -> str:
    """Raises ValidationFailed."""
    return _checked(text, field, most, required, lambda: clean_line(text, max_chars=most))


def checked_text(text: str, field: str, most: int, *, required: bool = True) -> str:
    """Raises ValidationFailed."""
    return _checked(text, field, most, required, lambda: clean_source(text, max_chars=most))


def _checked(text: str, field: str, most: int, required: bool, clean: Callable[[], str]) -> str:
    if not text.strip() and not required:
        return ""
    try:
        return clean()
    except TextRefused:
        words = _("%(n)s文字以内で入力してください。", n=f"{most:,}") if text.strip() else _("入力してください。")
        raise ValidationFailed({field: words}) from None
