"""下書き → 確認依頼 → (差し戻し) → 公開 → 更新 → 終了/非公開. The town agrees, to a text and to its readers, and the DX
section publishes: both have to."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import japan_today, utc_now
from hub.errors import Conflict, Forbidden, ValidationFailed
from hub.exchange.publicity import end_publicity, publicity_of
from hub.feed.submissions import Receipt
from hub.library.bases import confirm_bases
from hub.library.commands import (
    ApproveCase,
    ConfirmCase,
    EndCase,
    OnVersion,
    ReturnCase,
    ShareCase,
    SubmitCase,
    WithdrawCase,
)
from hub.library.content import Content, as_json, content_of
from hub.library.endings import note_ending
from hub.library.freshness import has_ended
from hub.library.models import ENDED, Case, CaseComment, CaseVersion
from hub.library.opening import agree, chosen_now, chosen_of, open_to, settle_readers
from hub.library.queries import Place, get_case_for, read_version
from hub.library.readers import needs_consent, reads_more
from hub.library.room import follow_case
from hub.library.tombstones import bury, dig_up
from hub.library.versions import add_version, shelve
from hub.records.audit import record
from hub.search.outbox import outdated_case
from hub.security.actor import Actor
from hub.security.permissions import Permission, permits, require
from hub.text import TextRefused, clean_source

REASON_CHARS = 2_000


def submit_case(session: Session, actor: Actor, command: SubmitCase) -> Receipt:
    """Ask for review. A manager who asks has agreed, to the text and to the readers that the form shows; nobody else
    chooses them here. Raises Conflict when the draft has changed since it was read."""
    place = _for(session, actor, command.case_id, Permission.CASE_EDIT)
    _expect(place.case, command.version, "draft", "returned", "withdrawn")
    place.case.status = "review"
    if not permits(actor, Permission.CASE_APPROVE, place.subject):
        if command.audience is not None:
            raise Forbidden
        return _done(session, actor, place, "case.submitted")
    return _done(session, actor, place, "case.submitted", **agree(session, actor, place, command))


def approve_case(session: Session, actor: Actor, command: ApproveCase) -> Receipt:
    """The town agrees to the publication of this version, to the readers that it chooses or those that are set."""
    place = _for(session, actor, command.case_id, Permission.CASE_APPROVE)
    _expect(place.case, command.version, "review")
    return _done(session, actor, place, "case.approved", **agree(session, actor, place, command))


def return_case(session: Session, actor: Actor, command: ReturnCase) -> Receipt:
    """Send a draft back with what has to be changed."""
    place = _for(session, actor, command.case_id, Permission.CASE_RETURN)
    _expect(place.case, command.version, "review")
    comment = CaseComment(case_id=place.case.id, version=place.case.version, created_at=utc_now())
    comment.body = _reason(command.comment, "comment")
    comment.author_id, comment.posting_id, comment.writer_name = actor.staff_id, actor.posting_id, actor.writer_name
    session.add(comment)
    place.case.status, place.case.approved_version = "returned", None
    return _done(session, actor, place, "case.returned")


def publish_case(session: Session, actor: Actor, command: OnVersion) -> Receipt:
    """Raises Conflict when the town has not agreed to this version."""
    place = _for(session, actor, command.case_id, Permission.CASE_PUBLISH)
    _expect(place.case, command.version, "review")
    if needs_consent(place.organisation) and place.case.approved_version != place.case.version:
        raise Conflict(_("団体管理者がまだこの版に同意していません。"))
    put_out(session, place.case)
    return _done(session, actor, place, "case.published")


def put_out(session: Session, case: Case) -> None:
    """Make the newest version the one that readers see."""
    version, content = read_version(session, case, case.version)
    put_all_out(session, [(case, version, content)])


def put_all_out(session: Session, ready: Sequence[tuple[Case, CaseVersion, Content]]) -> None:
    """The same of many, with their newest versions."""
    now = utc_now()
    for case, version, content in ready:
        settle_readers(case, version.number)
        version.published_at = now
        case.status = "ended" if content.stage == ENDED else "published"
        case.published_version, case.published_at = case.version, case.published_at or now
        case.last_confirmed_on, case.changed_on = japan_today(), None
    dig_up(session, [case.id for case, _version, _content in ready])
    shelve(session, [(case, content) for case, _version, content in ready])
    for case, _version, _content in ready:
        follow_case(session, case)


def share_case(session: Session, actor: Actor, command: ShareCase) -> Receipt:
    """Change who reads it once published. Narrowing acts at once and is either side's; to widen needs the town's word:
    what is not out yet has to be agreed to again, what is out stays as it is. Before the first publication everybody
    who writes the case can say for whom it is meant. What is set already changes nothing. Raises ValidationFailed."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    case = place.case
    require(actor, Permission.CASE_EDIT if case.published_at is None else Permission.CASE_SHARE, place.subject)
    chosen = chosen_of(session, actor, place, command)
    if case.readers_chosen and chosen.values == chosen_now(session, actor, place).values:
        return _state(case)
    approves = permits(actor, Permission.CASE_APPROVE, place.subject)
    if needs_consent(place.organisation) and not approves and reads_more(session, case, chosen.audience_id):
        if case.published_version is not None:
            words = _("公開中の事例を読める人を広げられるのは、その団体の団体管理者です。")
            raise ValidationFailed({"audience": words})
        case.approved_version = None
    was_open = publicity_of(session, place).is_open
    open_to(session, actor, place, chosen)
    lags = was_open and not publicity_of(session, place).is_open
    return _done(session, actor, place, "case.shared", lags=lags, **chosen.detail)


def end_case(session: Session, actor: Actor, command: EndCase) -> Receipt:
    """The practice has ended: the case stays, with the reason."""
    place = _for(session, actor, command.case_id, Permission.CASE_SHARE)
    _end(session, actor, place, command.reason)
    return _done(session, actor, place, "case.ended", lags=publicity_of(session, place).is_open)


def withdraw_case(session: Session, actor: Actor, command: WithdrawCase) -> Receipt:
    """Take it away from the readers at once, who are told that and no more; those who work on it keep it with all
    versions."""
    place = _for(session, actor, command.case_id, Permission.CASE_SHARE)
    if place.case.published_version is None:
        raise Conflict
    lags = publicity_of(session, place).is_open
    bury(session, actor, place.case)
    place.case.agreed_audience_id = None
    place.case.published_version, place.case.approved_version, place.case.status = None, None, "withdrawn"
    end_publicity(session, place.case.id)
    follow_case(session, place.case)
    return _done(session, actor, place, "case.withdrawn", lags=lags)


def confirm_case(session: Session, actor: Actor, command: ConfirmCase) -> Receipt:
    """Answer whether what the case says is still so; that it has changed is shown to readers until the next version is
    out. Raises Forbidden for outsiders' cases: nobody is asked there."""
    place = _for(session, actor, command.case_id, Permission.CASE_CONFIRM)
    if not place.organisation.member:
        raise Forbidden
    if place.case.published_version is None:
        raise Conflict
    if command.answer == "ended":
        _end(session, actor, place, command.reason)
    place.case.last_confirmed_on = japan_today()
    place.case.changed_on = japan_today() if command.answer == "changed" else None
    confirm_bases(session, place.case)
    lags = command.answer == "ended" and publicity_of(session, place).is_open
    return _done(session, actor, place, "case.confirmed", lags=lags, answer=command.answer)


def _end(session: Session, actor: Actor, place: Place, reason: str) -> None:
    """A new version of what readers see. A draft beside it stays among the versions and does not go out with it."""
    case = place.case
    if case.published_version is None:
        raise Conflict(_("公開していない事例です。"))
    if has_ended(case):  # to say it otherwise is an edit, which needs the town's word
        raise Conflict(_("すでに終了した取組です。理由は「直す」で書き換えられます。"))
    content = read_version(session, case, case.published_version)[1]
    ended = as_json(content) | {"stage": ENDED, "ended_reason": _reason(reason, "reason")}
    ended["ended_on"] = content.ended_on or f"{japan_today():%Y-%m}"
    add_version(session, actor, case, content_of(ended))
    session.flush()
    put_out(session, case)
    note_ending(session, actor, place)


def _for(session: Session, actor: Actor, case_id: int, permission: Permission) -> Place:
    place = get_case_for(session, actor, case_id, lock=True)
    require(actor, permission, place.subject)
    return place


def _expect(case: Case, version: int, *statuses: str) -> None:
    if case.version != version or case.status not in statuses:
        raise Conflict


def _done(session: Session, actor: Actor, place: Place, action: str, *, lags: bool = False, **detail: Any) -> Receipt:
    """`lags`: the Web site goes on showing what was, until it is made again."""
    case = place.case
    outdated_case(session, case.id)
    record(session, actor, action, f"case:{case.id}", organisation_id=case.organisation_id, detail=dict(detail))
    return Receipt(_state(case).data | ({"site_lags": True} if lags else {}))


def _state(case: Case) -> Receipt:
    return Receipt({"case_id": str(case.id), "version": case.version, "status": case.status})


def _reason(text: str, field: str) -> str:
    try:
        return clean_source(text, max_chars=REASON_CHARS)
    except TextRefused:
        message = (
            _("%(n)s文字までで入力してください。", n=f"{REASON_CHARS:,}") if text.strip() else _("入力してください。")
        )
        raise ValidationFailed({field: message}) from None
