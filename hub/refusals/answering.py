"""The answer to a form that could not be taken: its page, with what was typed and what is wrong. Nobody is sent to
another page for an error, whatever the route; programs get the contract's JSON as ever."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from hub import away, responses
from hub.errors import Forbidden, HubError, Malformed, NotFound, RateLimited, SignedOut, TooLarge
from hub.people.input import same_site_path
from hub.people.pages import writer_name_address
from hub.refusals.above import answered, summary
from hub.refusals.carrying import carry, sign_in_first
from hub.refusals.filling import Edits, fill, form_in, say, unfold
from hub.refusals.giving_back import given_back
from hub.refusals.looking import page_at
from hub.refusals.markup import Form, Page
from hub.refusals.places import page_of_request, typed_values
from hub.responses import answer_error, error_body, wants_json
from hub.security.origins import ForeignOrigin


def install(app: Flask) -> None:
    app.register_error_handler(HubError, responses.even_when_away(answer))
    app.register_error_handler(CSRFError, responses.even_when_away(_stale))
    app.register_error_handler(RequestEntityTooLarge, responses.even_when_away(_too_large))
    app.register_error_handler(Exception, _unforeseen)


def is_form() -> bool:
    """Whether a person's browser sent a form."""
    return request.method == "POST" and not wants_json() and request.url_rule is not None


def answer(fault: HubError) -> BaseResponse:
    if not is_form():
        return answer_error(fault)
    if responses.is_outage(fault):
        return _away()
    if isinstance(fault, SignedOut):
        return sign_in_first(typed_values())
    body = error_body(fault)
    fields: dict[str, str] = body.get("fields") or {}
    refusal = Refusal(fields, fault.status, _sentence(fault, body["message"]), isinstance(fault, Malformed))
    response = shown_again(refusal)
    if isinstance(fault, RateLimited):
        response.headers["Retry-After"] = str(max(1, math.ceil(fault.retry_after_s)))
    return response


def _away() -> BaseResponse:
    """The form's own page would ask the database: what was typed stands below the words."""
    page, plain = Page(away.PAGE), away.away_page()
    response = answered(page, Edits(page.html), given_back(typed_values()), plain.status_code)
    response.headers.update({name: plain.headers[name] for name in ("Content-Security-Policy", "Retry-After")})
    return response


def refused(html: str, fields: Mapping[str, str], status: int, message: str = "") -> BaseResponse:
    """The same for a page that a route has made itself, with what was typed in it already."""
    page = Page(html)
    form = form_in(page, request.path, typed_values())
    refusal = Refusal(fields, status, message)
    return _with_form(page, form, refusal, None) if form else _without_form(page, refusal)


def refused_at(fault: HubError, page: Callable[[], str], field: str) -> BaseResponse:
    """The same, with what is said of the whole form at `field`. Raises the fault again for programs and for what no
    form can mend."""
    if wants_json() or isinstance(fault, NotFound | Forbidden | SignedOut):
        raise fault
    body = error_body(fault)
    return refused(page(), body.get("fields") or {field: body["message"]}, fault.status)


@dataclass(frozen=True)
class Refusal:
    """What is wrong: by field, or as a whole. `malformed`: the fields hold what no person can have typed there, unless
    the form shows them."""

    fields: Mapping[str, str]
    status: int
    message: str = ""
    malformed: bool = False

    @property
    def whole(self) -> str:
        if self.message or not self.fields:
            return self.message or responses.standard_message("invalid")
        return " ".join(dict.fromkeys(self.fields.values()))

    def unsaid(self, said: Collection[str]) -> list[str]:
        """What no field of the form says."""
        rest = [text for name, text in self.fields.items() if name not in said]
        if not rest:
            return [] if said else [self.whole]
        stale = _("このページの内容が古くなっています。内容を確認して、もう一度送信してください。")
        return [stale] if self.malformed else list(dict.fromkeys(rest))


def _sentence(fault: HubError, message: str) -> str:
    if not isinstance(fault, RateLimited) or fault.message:
        return message
    wait = max(1, math.ceil(fault.retry_after_s))
    return ngettext(
        "短い間に多く送信されました。%(n)s秒ほど待ってから、もう一度送信してください。",
        "短い間に多く送信されました。%(n)s秒ほど待ってから、もう一度送信してください。",
        wait,
        n=wait,
    )


def shown_again(refusal: Refusal) -> BaseResponse:
    """The page of the form, filled as it was sent; where there is none any more, the texts to be copied."""
    typed, first = typed_values(), None
    for html in _pages():
        page = Page(html)
        form = form_in(page, request.path, typed)
        if form is not None:
            return _with_form(page, form, refusal, typed)
        first = first or page
    return _without_form(first, refusal)


def _with_form(page: Page, form: Form, refusal: Refusal, typed: MultiDict[str, str] | None) -> BaseResponse:
    edits = Edits(page.html)
    unfold(edits, form)
    carry(edits, form, typed_values())
    if typed is not None:
        fill(edits, form, typed)
    faults = say(edits, page, form, refusal.fields)
    links = [(f"#{fault.id}", fault.named) for fault in faults]
    said = {fault.name for fault in faults}
    if "writer_name" in refusal.fields.keys() - said:  # which has a page of its own where the form does not ask for it
        links.append((writer_name_address(), refusal.fields["writer_name"]))
        said.add("writer_name")
    return answered(page, edits, summary(links, refusal.unsaid(said)), refusal.status)


def _without_form(page: Page | None, refusal: Refusal) -> BaseResponse:
    back = given_back(typed_values())
    if page is None:
        page = Page(responses.error_page(refusal.status, refusal.whole).get_data(as_text=True))
        return answered(page, Edits(page.html), back, refusal.status)
    return answered(page, Edits(page.html), summary([], [refusal.whole]) + back, refusal.status)


def _pages() -> Iterator[str]:
    """The pages on which the form may stand, as their readers see them now; only those that can be shown."""
    seen: set[str] = set()
    sent_from = urlsplit(request.referrer or "")
    here = sent_from._replace(scheme="", netloc="", fragment="").geturl() if sent_from.netloc == request.host else ""
    for address in (here, page_of_request() or ""):
        if same_site_path(address) and address not in seen:
            seen.add(address)
            html = page_at(address)
            if html is not None:
                yield html


def _stale(fault: CSRFError) -> BaseResponse:
    if not is_form() or isinstance(fault, ForeignOrigin):  # what another site typed is not to be shown to be sent
        return responses.csrf_error(fault)
    if responses.must_sign_in():
        return answer(SignedOut())
    message = _("ページを開いてから時間がたったため、まだ送信していません。内容を確認して、もう一度送信してください。")
    return shown_again(Refusal({}, 400, message))


def _too_large(fault: RequestEntityTooLarge) -> BaseResponse:
    if not is_form():
        return responses.http_error(fault)
    back = _("送信した内容が大きすぎます。ブラウザーの「戻る」で入力した内容に戻り、いくつかに分けて送信してください。")
    return answer(TooLarge(back))


def _unforeseen(fault: Exception) -> BaseResponse:
    response = responses.unknown_error(fault)
    if not is_form():
        return response
    page = Page(response.get_data(as_text=True))
    return answered(page, Edits(page.html), given_back(typed_values()), response.status_code)
