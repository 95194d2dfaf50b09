"""団体コード: six digits, of which the last follows from the others (JIS X 0402, with the check digit of the ministry's
list), so that most slips of the keyboard are seen."""

from flask_babel import gettext as _

CODE_DIGITS = 6
_WEIGHTS = (6, 5, 4, 3, 2)


def is_code(text: str) -> bool:
    """Whether it has the form of one, right or wrong."""
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


def check_digit(first_five: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_five, strict=True))
    return str((11 - total % 11) % 10)


def is_right(code: str) -> bool:
    return is_code(code) and check_digit(code[:-1]) == code[-1]


def code_fault(code: str) -> str:
    """What is wrong with one that somebody typed, in words; nothing where none was."""
    if not code or is_right(code):
        return ""
    if not is_code(code):
        return _("団体コードは6桁の数字です：%(code)s", code=code)
    return _("団体コード %(code)s は正しくありません（最後の数字が合いません）。", code=code)


def restored(text: str) -> str:
    """The code of a prefecture up to 09 has lost its zero where a spreadsheet program took it for a number; given back
    where that makes a right code."""
    with_zero = f"0{text}"
    return with_zero if len(text) == CODE_DIGITS - 1 and text.isdigit() and is_right(with_zero) else text
