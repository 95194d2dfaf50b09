"""What people typed about themselves or others, checked before it is stored."""

import re
from urllib.parse import urlsplit

from flask_babel import gettext as _

from hub.config import Config
from hub.errors import ValidationFailed
from hub.text_chars import TextRefused, clean_line

NAME_CHARS = 60
EXTENSION_CHARS = 30
ADDRESS_CHARS = 254
PASSWORD_MOST_CHARS = 200
PASSWORD_LEAST_DIFFERENT = 5

_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
_ADDRESS = re.compile(r"[a-z0-9._+-]{1,64}@" + _DOMAIN)
_WHOLE_DOMAIN = re.compile(_DOMAIN)


def plain_address(text: str) -> str | None:
    """The mail address in lower case, or None. Only plain ASCII ones: an address that needs quotes or that looks like
    another (full-width letters, other scripts) would get past a list of domains or into the head of a mail."""
    typed = text.strip()
    if not typed.isascii() or len(typed) > ADDRESS_CHARS:
        return None
    return typed.lower() if _ADDRESS.fullmatch(typed.lower()) else None


def plain_domain(text: str) -> str | None:
    """The domain in lower case, or None."""
    typed = text.strip().removeprefix("@")
    return typed.lower() if typed.isascii() and _WHOLE_DOMAIN.fullmatch(typed.lower()) else None


def checked_name(text: str, *, field: str, max_chars: int = NAME_CHARS, required: bool = True) -> str:
    """A line as it is stored. Raises ValidationFailed naming `field`."""
    if not text.strip() and not required:
        return ""
    try:
        return clean_line(text, max_chars=max_chars)
    except TextRefused:
        fault = (
            _("使えない文字が含まれています。削除し、%(n)s文字以内で入力してください。", n=max_chars)
            if text.strip()
            else _("入力してください。")
        )
        raise ValidationFailed({field: fault}) from None


def check_new_password(password: str, email: str, config: Config) -> None:
    """Raises ValidationFailed naming the field `password`."""
    fault = ""
    if len(password) < config.password_chars:
        fault = _("パスワードは%(n)s文字以上にしてください。", n=config.password_chars)
    elif len(password) > PASSWORD_MOST_CHARS:
        fault = _("パスワードは%(n)s文字までにしてください。", n=PASSWORD_MOST_CHARS)
    elif password.strip().lower() == email or len(set(password)) < PASSWORD_LEAST_DIFFERENT:
        fault = _("推測されやすいパスワードです。別のものにしてください。")
    if fault:
        raise ValidationFailed({"password": fault})


def same_site_path(target: str) -> str | None:
    """`target` when it is a plain path on this site, else None. Browsers read `\\` as `/` and drop control characters,
    so anything with those is refused rather than repaired."""
    if not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return None
    if "\\" in target or any(not c.isprintable() or c.isspace() for c in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target
