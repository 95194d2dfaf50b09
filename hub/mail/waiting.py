"""What a digest speaks of, in the order of what needs a hand. Everything is read as the person whose digest it is."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.home.morning import PRESSING, morning
from hub.home.queries import Item as Waiting
from hub.home.queries import unconfirmed_notices
from hub.library.endings import list_endings
from hub.library.news import list_case_news
from hub.library.waiting import cases_to_confirm, drafts_in_hand
from hub.mail.letters import Item
from hub.security.permissions import MUNICIPAL, Permission, may_ever
from hub.sharing.parties import waiting_for
from hub.spreading.queries import list_proposals, list_thanks, list_unheard
from hub.threads.wording import thread_title
from hub.visits.queries import count_waiting


class Waits(NamedTuple):
    """`mark` names it, so that the next digest knows whether it was there before. `title` is what people called it."""

    mark: str
    text: str
    path: str
    title: str = ""

    def item(self, *, quoting: bool) -> Item:
        return Item(self.title, self.path, self.text) if quoting and self.title else Item(self.text, self.path)


Part = Callable[[Session, Actor], Iterator[Waits]]


def for_hands(session: Session, actor: Actor) -> Iterator[Waits]:
    """What stands still without this person."""
    parts: list[Part] = [_consents]
    parts = [_pressing, *parts] if actor.in_dx_section else parts
    parts += [_case_work] if may_ever(actor, Permission.CASE_CREATE) else []
    parts += [_adoptions] if may_ever(actor, Permission.CASE_THANK_ADOPTER) else []
    for part in parts:
        yield from part(session, actor)


def for_eyes(session: Session, actor: Actor) -> Iterator[Waits]:
    """Notices that nobody of the person's body has confirmed."""
    if actor.role in MUNICIPAL.split():
        yield from _threads("notice", unconfirmed_notices(session, actor), _("確認をお願いします"))


def for_interest(session: Session, actor: Actor) -> Iterator[Waits]:
    """New cases in what the person follows."""
    if may_ever(actor, Permission.CASE_READ):
        for case, body in list_case_news(session, actor):
            text = _("%(body)sの新しい事例", body=body.name)
            yield Waits(f"case:{case.id}", text, f"/cases/{case.id}", case.title)


def _pressing(session: Session, actor: Actor) -> Iterator[Waits]:
    """Of the consultations in whose charge the person is."""
    words = {
        "broken": _("回答予定を過ぎた相談"),
        "today": _("今日までに回答する相談"),
        "returned": _("県に戻ってきた相談"),
        "stale": _("外部の確認が遅れている相談"),
    }
    parts = morning(session, actor, mine=True).parts
    for name in PRESSING:
        said = words.get(name, _("回答を待つ相談"))
        yield from _threads(name, parts[name], f"{said}{_('：')}")


def _threads(mark: str, items: Iterable[Waiting], said: str) -> Iterator[Waits]:
    for item in items:
        thread = item.row.data
        id_, text = thread["thread_id"], f"{said}{item.organisation}" if item.organisation else said
        yield Waits(f"{mark}:{id_}", text, f"/threads/{id_}", thread_title(thread))


def _consents(session: Session, actor: Actor) -> Iterator[Waits]:
    for sharing, thread, _room in waiting_for(session, actor):
        mark, title = f"consent:{sharing.id}:{sharing.version}", sharing.title or thread_title(thread)
        yield Waits(mark, _("共有への同意の依頼"), f"/sharings/{sharing.id}", title)


def _case_work(session: Session, actor: Actor) -> Iterator[Waits]:
    for case in drafts_in_hand(session, actor):
        text = _("差し戻された事例") if case.status == "returned" else _("同意または公開を待つ事例")
        yield Waits(f"draft:{case.id}:{case.version}:{case.status}", text, f"/cases/{case.id}", case.title)
    if visits := count_waiting(session, actor):
        text = ngettext("回答を待つ視察の申込み %(n)s件", "回答を待つ視察の申込み %(n)s件", visits, n=visits)
        yield Waits(f"visits:{visits}", text, "/visits")
    for asked in cases_to_confirm(session, actor):
        yield Waits(
            f"confirm:{asked.case.id}", _("今も続いているかの確認"), f"/cases/{asked.case.id}", asked.case.title
        )
    for row in list_endings(session, actor):
        text = _("%(body)sの事例に、終了したと回答がありました", body=row.body.name)
        yield Waits(f"ended:{row.case.id}", text, "/inbox", row.case.title)


def _adoptions(session: Session, actor: Actor) -> Iterator[Waits]:
    for news in list_proposals(session, actor):
        yield Waits(f"proposal:{news.adoption.id}", _("横展開の提案"), "/inbox", news.case.title)
    for news in list_unheard(session, actor):
        text = _("%(body)sが、自団体の事例を取り入れました", body=news.body.name)
        yield Waits(f"adopted:{news.adoption.id}:{news.adoption.state}", text, "/inbox", news.case.title)
    for news in list_thanks(session, actor):
        text = _("%(body)sからお礼が届きました", body=news.owner.name)
        yield Waits(f"thanks:{news.adoption.id}", text, "/inbox", news.case.title)
