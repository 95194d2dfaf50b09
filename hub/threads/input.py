"""What people typed, checked before it is stored."""

from flask_babel import gettext as _

from hub.errors import ValidationFailed
from hub.text_chars import TextRefused, clean_line, clean_source

BODY_CHARS = 10_000
TITLE_CHARS = 100
TITLE_FROM_BODY_CHARS = 40
REASON_CHARS = 200
SLACK_CHARS = 1_000  # blanks that go
EMPTY, TOO_LONG = "empty", "too_long"


def checked_body(text: str, *, max_chars: int = BODY_CHARS, field: str = "body") -> str:
    """The body as it is stored. Raises ValidationFailed naming `field`."""
    refuse_longer(text, max_chars=max_chars, field=field)
    try:
        return clean_source(text, max_chars=max_chars)
    except TextRefused as fault:
        raise ValidationFailed({field: _refusal(fault.reason, max_chars)}) from None


def checked_line(text: str, *, max_chars: int, field: str) -> str:
    """A one-line text as it is stored. Raises ValidationFailed naming `field`."""
    refuse_longer(text, max_chars=max_chars, field=field)
    try:
        return clean_line(text, max_chars=max_chars)
    except TextRefused as fault:
        raise ValidationFailed({field: _refusal(fault.reason, max_chars)}) from None


def is_longer(text: str, max_chars: int = BODY_CHARS) -> bool:
    """Whether no cleaning could make it short enough: line ends of two characters become one, accents join letters."""
    return len(text) > 2 * max_chars + SLACK_CHARS


def refuse_longer(text: str, *, max_chars: int = BODY_CHARS, field: str = "body") -> None:
    """To be called before anything reads what was typed. Raises ValidationFailed naming `field`."""
    if is_longer(text, max_chars):
        raise ValidationFailed({field: _refusal(TOO_LONG, max_chars)})


def _refusal(reason: str, max_chars: int) -> str:
    if reason == EMPTY:
        return _("入力してください。")
    if reason == TOO_LONG:
        return _("%(n)s文字以内で入力してください。", n=f"{max_chars:,}")
    return _("使えない文字が含まれています。別の文字にしてください。")
