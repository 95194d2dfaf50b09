"""Files in the Sudachi synonym format: groups of lines, the ninth column the word, the third says what it is good for:
0 (or nothing) for everything, 1 to be found through the others without leading to them, 2 for nothing."""

from collections import defaultdict
from collections.abc import Iterator

from flask_babel import gettext as _

from hub.errors import ValidationFailed
from hub.search.synonyms import ARROW, plain_word

GROUP, CONTROL, WORD = 0, 2, 8
FOUND_ONLY, LEFT_OUT = "1", "2"
# Sudachi's own file has 24,745 groups of up to 25 words, 67,000 in all; the longest is the name of a law.
MOST_GROUPS, MOST_WORDS_OF_GROUP, MOST_WORDS, WORD_CHARS, LINE_CHARS = 30_000, 30, 75_000, 200, 1_000


def text_of(content: bytes) -> str:
    """UTF-8, or Shift_JIS, which Excel saves as long as nobody tells it otherwise. Raises ValidationFailed."""
    text = _decoded(content, "utf-8-sig")
    # Nearly all of EUC-JP can be read as Shift_JIS, as nonsense; Shift_JIS is hardly ever EUC-JP.
    if text is None and _decoded(content, "euc_jp") is None:
        text = _decoded(content, "cp932")
    if text is None or "\0" in text:  # no file of text
        raise _refusal(_("ファイルの文字コードが読めません。UTF-8(またはShift_JIS)で保存してください。"))
    return text


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def checked_groups(text: str) -> list[tuple[str, ...]]:
    """The groups with two words or more, one of which leads to the others; lines of another shape are passed over.

    Raises ValidationFailed."""
    found: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for group, word, leads in _entries(text):
        found[group][word] = leads or found[group].get(word, False)
        if len(found[group]) > MOST_WORDS_OF_GROUP:
            raise _refusal(
                _("グループ番号%(group)sの言葉が%(n)s語を超えています。", group=group[:20], n=MOST_WORDS_OF_GROUP)
            )
    groups = [_group(words) for words in found.values() if len(words) > 1 and any(words.values())]
    if not groups:
        raise _refusal(_("Sudachiの同義語の形式として読める組がありません。"))
    if len(groups) > MOST_GROUPS:
        raise _refusal(_("取り込めるのは%(n)s組までです。", n=f"{MOST_GROUPS:,}"))
    if sum(map(len, groups)) > MOST_WORDS:
        raise _refusal(_("取り込めるのは合わせて%(n)s語までです。", n=f"{MOST_WORDS:,}"))
    return groups


def _group(words: dict[str, bool]) -> tuple[str, ...]:
    return tuple(word if leads else ARROW + word for word, leads in words.items())


def _entries(text: str) -> Iterator[tuple[str, str, bool]]:
    """Group and word of each line that is one, and whether it leads to the others. Raises ValidationFailed."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_CHARS:
            raise _refusal(_("%(line)s行目が%(n)s文字を超えています。", line=f"{number:,}", n=f"{LINE_CHARS:,}"))
        row = line.split(",")
        word = plain_word(row[WORD].strip()) if len(row) > WORD else ""
        if len(word) > WORD_CHARS:
            raise _refusal(_("%(line)s行目の言葉が%(n)s文字を超えています。", line=f"{number:,}", n=WORD_CHARS))
        if word and row[GROUP].isdigit() and row[CONTROL] != LEFT_OUT:
            yield row[GROUP], word, row[CONTROL] != FOUND_ONLY


def _refusal(message: str) -> ValidationFailed:
    return ValidationFailed({"file": message})
