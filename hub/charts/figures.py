"""Figures that people wrote as text: what number they are, and how they are shown."""

import re
import unicodedata

_WHOLE = re.compile(r"(?P<about>約|およそ|[-+−▲△])?(?P<digits>\d[\d,]*)(?P<rest>(?:\.\d+)?)(?P<unit>[^\d]*)")
_SIGNS = {"−": "-", "▲": "-", "△": "-", "-": "-"}
MOST_DIGITS = 15


def number_of(text: str) -> float | None:
    """36 of 「36」, 「約36」 and 「３６」; None of a text that is no single number."""
    found = _WHOLE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or found["unit"] or len(found["digits"]) > MOST_DIGITS:
        return None
    figure = float(found["digits"].replace(",", "") + found["rest"])
    return -figure if found["about"] in _SIGNS else figure


def grouped(text: object) -> str:
    """「62307」 as 「62,307」. A year (2024, 2024年度 as a date) and what is no single figure stay as they are."""
    said = str(text)
    found = _WHOLE.fullmatch(said)
    if found is None or "," in said or not found["digits"].isascii() or found["unit"].startswith(("年", "-", "/")):
        return said
    if len(found["digits"]) < 4 or found["digits"].startswith("0"):
        return said
    return f"{found['about'] or ''}{int(found['digits']):,}{found['rest']}{found['unit']}"
