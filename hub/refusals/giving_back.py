"""The texts of a form that has no page any more: shown to be copied, so that nothing that was written is lost."""

from collections.abc import Iterator

from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.datastructures import MultiDict

SHORT_CODE = 20
NOT_WRITTEN = frozenset(
    {"csrf_token", "client_id", "next", "password", "old_password", "repeated", "carried", "carried_to", "carried_by"}
    | {"title_read"}  # what stood there before
    | {"rows"}  # of a table that was looked at: it is in its file
)


def given_back(typed: MultiDict[str, str], title: str = "") -> str:
    """Empty when nothing was written."""
    texts = list(written_in(typed))
    if not texts:
        return ""
    title, hint = title or _("送信できなかった内容"), _("必要なときは、ここからコピーして使ってください。")
    fields = "".join(
        f'<div class="field"><label class="field__label" for="given-back-{n}">{escape(label)}</label>'
        f'<textarea class="field__control" id="given-back-{n}" rows="{min(12, text.count(chr(10)) + 2)}" readonly>'
        f"\n{escape(text)}</textarea></div>"
        for n, (label, text) in enumerate(texts, start=1)
    )
    return (
        f'<section class="card given-back" aria-labelledby="given-back"><h2 id="given-back">{escape(title)}</h2>'
        f"<p>{escape(hint)}</p>{fields}</section>"
    )


def written_in(typed: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    """(what the field is called, text) of everything that somebody wrote; not what the form itself sends along."""
    names = {
        "body": _("本文"),
        "title": _("題名"),
        "reason": _("理由"),
        "name": _("名称"),
        "note": _("メモ"),
        "summary": _("要約"),
    }
    names |= {
        "purpose": _("目的"),
        "questions": _("聞きたいこと"),
        "findings": _("質問と答え"),
        "changes": _("変更した点"),
    }
    for name, text in typed.items(multi=True):
        if name not in NOT_WRITTEN and _is_written(text):
            yield names.get(name, _("入力した内容")), text


def _is_written(text: str) -> bool:
    """Numbers and codes of choices are not."""
    return bool(text.strip()) and (not text.isascii() or " " in text.strip() or len(text) > SHORT_CODE)
