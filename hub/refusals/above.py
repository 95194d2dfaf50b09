"""What is said above a page that comes instead of the one that was wanted."""

from flask import current_app
from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.wrappers import Response as BaseResponse

from hub.refusals.filling import Edits
from hub.refusals.markup import Element, Page


def summary(links: list[tuple[str, str]], general: list[str]) -> str:
    """What stands above the page: every fault once, in the form's order, with the way to its field."""
    items = "".join(f'<li><a href="{escape(href)}">{escape(text)}</a></li>' for href, text in links)
    said = "".join(f"<p>{escape(text)}</p>" for text in general)
    title = escape(_("入力内容を確認してください") if links else _("送信できませんでした"))
    return (
        f'<div class="error-summary" role="alert" tabindex="-1"><h2 class="error-summary__title">{title}</h2>{said}'
        f"{f'<ul>{items}</ul>' if items else ''}</div>"
    )


def answered(page: Page, edits: Edits, above: str, status: int) -> BaseResponse:
    put_above(page, edits, above)
    title = next((e for e in page.elements if e.tag == "title"), None)
    if title is not None:
        edits.insert(title.inner, str(escape(_("エラー："))))
    return current_app.response_class(edits.result(), status=status, mimetype="text/html")


def put_above(page: Page, edits: Edits, html: str) -> None:
    """Below the heading of the page, before everything else."""
    head = next((e for e in page.elements if "page-head" in e.classes), None)
    main = next((e for e in page.elements if e.tag == "main"), None)
    place: Element | None = head or main
    if place is not None:
        edits.insert(place.after if place is head else place.inner, html)
