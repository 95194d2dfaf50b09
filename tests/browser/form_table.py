"""Every form of the product: from the permission matrix, which says who may send it, where and with what, with what a
browser has to know beyond that."""

from collections.abc import Callable
from typing import Any

from hub.audiences.services import MEMBERS, ensure_audience
from hub.library.models import Case
from hub.threads.consultations.services import Settle, settle
from tests.factories import PASSWORD, World
from tests.refusals.test_every_form import POSTED, WITHOUT_A_PAGE
from tests.test_permissions_matrix import CHOSEN, PASSWORDS, Line

# Of a form that stands in several states of a thing: which line of the matrix, when not the first.
STATE = {"accounts.log_in": 1, "notes.post": 1, "people.end": 1, "people.hand_link": 1}
# What later forms need as it was comes last: the names, passwords and seats of the people, the first checklist.
LATE = (
    *("people.", "offices.", "accounts.", "spreading_matrix.add"),
    *("accounts.accept_invitation", "accounts.reset_password"),  # whose links come of a forgotten password
    "accounts.set_language",
)
# What is taken, when odd values in all fields would be: blanks are no text, half a pair is no password.
WRONG: dict[str, dict[str, str]] = {
    "karte.record": {"value": " "},
    "spreading_matrix.add": {"text": " "},
    "spreading_matrix.change": {"text": " "},
    "accounts.log_in": {"email": "manager@example.jp", "password": "wrong"},
}
# Whose fields are for another button, or hold no more than they take: wrong is only a page that is too old.
STALE = {"spreading.hear", "spreading_matrix.retire"}
# What succeeds, when it is not what a program sends.
RIGHT: dict[str, dict[str, Any]] = {
    "accounts.accept_invitation": CHOSEN,
    "accounts.change_password": PASSWORDS | dict.fromkeys(("password", "repeated"), "not the horse of others"),
    "accounts.log_in": {"email": "manager@example.jp", "password": PASSWORD},
    "accounts.reset_password": CHOSEN,
    "accounts.save_profile": {"name": "架空 名前", "language": "{language}"},
    "case_work.save": {"title": "書かない窓口", "summary": "要約"},
    "exchange.look": {"file": "a.jsonl"},
    "files.add": {"file": "a.pdf"},
    "sharing_threads.help_others": {"yes": "0"},
    "sharings.save": {"title": "題", "body-1": "公開する文章"},
    "spreading_matrix.add": {"text": "数える"},
    "staff_import.look": {"file": "s.csv"},
    "synonyms.put": {"words": "架空語、架空の語", "action": "save"},
    "synonyms.take_in": {"file": "synonyms.txt", "action": "save"},
}
# What tells a person that it is done, where the page has no sentence for it.
SEEN = {
    "accounts.log_in": ".app-header__nav",
    "accounts.logout": "[name=password]",
    "accounts.set_language": "html:not([lang={language}])",
    "accounts.set_writer_name": ".app-header__nav",
    "case_work.create": "form[data-autosave]",
    "case_work.save": "form[data-autosave] [name=approach]",
    "case_news.seen": "main a[href$='/versions']",
    "cases.bookmark": "form[action$='/bookmark'] [aria-pressed=true]",
    "cases.thank": "form[action$='/thanks'] [aria-pressed=true]",
    "circles.give_reason": ".page--panes h1",
    "exchange.look": "form[action^='/cases/import/']",
    "inbox.seen": ".message--target",
    "messages.delete": ".message--deleted",
    "messages.edit": ".message:has-text('直した')",
    "messages.redact": ".message--deleted",
    "sharing_threads.begin": "main [name=title]",
    "people.hand_link": "#one-time-link",
    "redacting.redact": ".thread-head__title:not(:has-text('はじめの投稿'))",
    "search.open_one": "main [data-hit], main .hit, #found",
    "sharings.authors": "main:has-text('吉岡 一郎')",
    "staff_import.look": "form[action$='/import/rows']",
    "steering.lock": ".thread-head [data-slot=locked]:visible",
    "steering.put_head": "h1:has-text('題名')",
    "charge.take": "[data-slot=charge]:visible",
    "charge.hand": "[data-slot=charge]:visible",
    "promises.put": "[data-slot=promise]:visible",
    "turns.pass_": "[data-turn]:has-text('吉岡町')",
    "steering.set_state": "[data-help-others]:visible",
    "synonyms.drop": "form[action$='/drop'] .button--primary",
}
# The form itself is gone, or offers the reverse.
GONE = {"home.tour", "inbox.seen_all", "rooms.prefer", "search.drop", "spreading.seen", "steering.prefer"}
DOWNLOADS = {"invitations.create"}
# Sent by a script, which stays on the page: what is seen then.
WRITTEN = {
    "notes.post": ".note:has-text('メモ')",
    "reading.ask": ".message:has-text('費用は')",
    "threads.open_": ".message:has-text('話')",
    "threads.post": ".message:has-text('話') >> nth=-1",
}
PRESSED = {
    "messages.react": ".message [aria-pressed=true]:has-text('👍')",
    "messages.mark": "[data-passage=issue]:visible",
    "steering.confirm": "[data-acknowledge] [aria-pressed=true]",
}


def _answered(world: World, address: str) -> None:
    """Only then the hub asks whether it may help others."""
    world.write(settle, "officer", Settle(int(address.split("/")[2]), "closed", "solved"))


def _shared(world: World, address: str) -> None:
    """With all bodies, before the whole world is asked for."""
    with world.store.transaction() as session:
        case = session.get_one(Case, int(address.split("/")[2]))
        case.audience_id = ensure_audience(session, MEMBERS).id


PREPARED: dict[str, Callable[[World, str], None]] = {
    "sharing_threads.help_others": _answered,
    "exchange.public": _shared,
}


def _lines() -> list[Line]:
    by_name: dict[str, list[Line]] = {}
    for line in POSTED:
        by_name.setdefault(line.name, []).append(line)
    chosen = [lines[STATE.get(name, 0)] for name, lines in by_name.items() if name not in WITHOUT_A_PAGE]
    return sorted(
        chosen, key=lambda line: max((n for n, late in enumerate(LATE) if line.name.startswith(late)), default=-1)
    )


LINES = _lines()
