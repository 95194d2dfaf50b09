"""Files in the Sudachi synonym format: groups of lines, the ninth column the word, the third 2 for one to leave out."""

from collections import defaultdict
from collections.abc import Iterator

from flask_babel import gettext as _

from hub.errors import ValidationFailed

GROUP, LEAVE_OUT, WORD = 0, 2, 8
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
    """The groups with two words or more; lines of another shape are passed over. Raises ValidationFailed."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for group, word in _entries(text):
        found[group][word] = None
        if len(found[group]) > MOST_WORDS_OF_GROUP:
            raise _refusal(
                _("グループ番号%(group)sの言葉が%(n)s語を超えています。", group=group[:20], n=MOST_WORDS_OF_GROUP)
            )
    groups = [tuple(words) for words in found.values() if len(words) > 1]
    if not groups:
        raise _refusal(_("Sudachiの同義語の形式として読める組がありません。"))
    if len(groups) > MOST_GROUPS:
        raise _refusal(_("取り込めるのは%(n)s組までです。", n=f"{MOST_GROUPS:,}"))
    if sum(map(len, groups)) > MOST_WORDS:
        raise _refusal(_("取り込めるのは合わせて%(n)s語までです。", n=f"{MOST_WORDS:,}"))
    return groups


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Group and word of each line that is one. Raises ValidationFailed."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_CHARS:
            raise _refusal(_("%(line)s行目が%(n)s文字を超えています。", line=f"{number:,}", n=f"{LINE_CHARS:,}"))
        row = line.split(",")
        word = row[WORD].strip() if len(row) > WORD else ""
        if len(word) > WORD_CHARS:
            raise _refusal(_("%(line)s行目の言葉が%(n)s文字を超えています。", line=f"{number:,}", n=WORD_CHARS))
        if word and row[GROUP].isdigit() and row[LEAVE_OUT] != "2":
            yield row[GROUP], word


def _refusal(message: str) -> ValidationFailed:
    return ValidationFailed({"file": message})
