"""The whole policy on one page: permission -> rules, any of which is enough. A rule is a set of roles and predicates
that must all hold for the thing in question. Whatever is not in the table is denied. `docs/roles.md` is made from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hub.actor import Actor, Role
from hub.errors import Forbidden, NotFound


class Permission(StrEnum):
    """`<thing>.<verb>`; routes and socket events name one of these."""

    SIGNED_IN = "account.own"
    ROOM_READ = "room.read"
    ROOM_CREATE = "room.create"
    ROOM_MANAGE = "room.manage"
    ROOM_EXPORT = "room.export"
    CONSULTATION_OPEN = "consultation.open"
    CONSULTATION_SETTLE = "consultation.settle"
    CONSULTATION_CHARGE = "consultation.charge"
    CONSULTATION_RECORD = "consultation.record"
    CONSULTATION_RULES = "consultation.rules"
    NOTICE_OPEN = "notice.open"
    NOTICE_STATUS = "notice.status"
    POST = "message.post"
    EDIT = "message.edit"
    DELETE = "message.delete"
    REDACT = "message.redact"
    MARK_OFFICIAL = "message.mark_official"
    SUMMARISE = "thread.summarise"
    LOCK = "thread.lock"
    MOVE = "thread.move"
    NOTE_READ = "note.read"
    NOTE_POST = "note.post"
    FILE_READ = "file.read"
    FILE_ADD = "file.add"
    CASE_READ = "case.read"
    CASE_CREATE = "case.create"
    CASE_EDIT = "case.edit"
    CASE_APPROVE = "case.approve"
    CASE_RETURN = "case.return"
    CASE_PUBLISH = "case.publish"
    CASE_SHARE = "case.share"
    CASE_CONFIRM = "case.confirm"
    CASE_ADOPT = "case.adopt"
    CASE_PROPOSE = "case.propose"
    CASE_THANK_ADOPTER = "case.thank_adopter"
    CASE_PUBLIC = "case.public"
    CASE_IMPORT = "case.import"
    SPREAD_READ = "spreading.read"
    CHECKLIST_EDIT = "checklist.edit"
    CASE_COMMENTS = "case.comments"
    CASE_ASK = "case.ask"
    CASE_PAUSE = "case.pause"
    VISIT_REQUEST = "visit.request"
    VISIT_READ = "visit.read"
    VISIT_ANSWER = "visit.answer"
    VISIT_WITHDRAW = "visit.withdraw"
    QUARTER_READ = "quarter.read"
    KARTE_READ = "karte.read"
    KARTE_WRITE = "karte.write"
    KARTE_NOTE = "karte.note"
    CURATE = "library.curate"
    PASSAGE_MARK = "message.mark_passage"
    SHARING_READ = "sharing.read"
    SHARING_PREPARE = "sharing.prepare"
    SHARING_CONSENT = "sharing.consent"
    SHARING_WITHDRAW = "sharing.withdraw"
    SHARING_ANSWER = "sharing.answer"
    SHARING_UNMASK = "sharing.unmask"
    SYNONYMS = "search.synonyms"
    REUSE_READ = "search.reuse"
    DUPLICATES_READ = "search.duplicates"
    SEARCH_MEANING = "search.meaning"
    STAFF_MANAGE = "staff.manage"
    STAFF_IMPORT = "staff.import"
    ORGANISATION_MANAGE = "organisation.manage"
    READ_WITH_REASON = "room.read_with_reason"
    AUDIT_READ = "audit.read"
    JOBS_MANAGE = "jobs.manage"
    MAIL_MANAGE = "mail.manage"


@dataclass(frozen=True)
class Subject:
    """What the predicates need to know of a thing. None = the thing has no such property, and the predicate fails."""

    audience_id: int | None = None
    author_id: int | None = None
    organisation_id: int | None = None
    room_id: int | None = None
    holder_ids: frozenset[int] = frozenset()


Predicate = Callable[[Actor, Subject], bool]


def may_read(actor: Actor, subject: Subject) -> bool:
    return subject.audience_id in actor.audience_ids or subject.room_id in actor.room_ids


def is_author(actor: Actor, subject: Subject) -> bool:
    return subject.author_id == actor.staff_id


def of_own_body(actor: Actor, subject: Subject) -> bool:
    return subject.organisation_id in actor.organisation_ids


def runs_body(actor: Actor, subject: Subject) -> bool:
    return subject.organisation_id in actor.managed_ids


def sits_in_contact(actor: Actor, subject: Subject) -> bool:
    return actor.staff_id in subject.holder_ids


@dataclass(frozen=True)
class Rule:
    roles: frozenset[Role]
    when: tuple[Predicate, ...] = ()


def rule(roles: str, *when: Predicate) -> Rule:
    return Rule(frozenset(roles.split()), when)  # type: ignore[arg-type]


MUNICIPAL = "officer manager"
DX = "supporter lead"
READERS = f"{MUNICIPAL} {DX} bureau guest admin"
WRITERS = f"{MUNICIPAL} {DX} bureau guest"

TABLE: dict[Permission, tuple[Rule, ...]] = {
    Permission.SIGNED_IN: (rule(READERS),),
    Permission.ROOM_READ: (rule(READERS, may_read),),
    Permission.ROOM_CREATE: (rule(DX),),
    Permission.ROOM_MANAGE: (rule(DX, may_read),),
    Permission.ROOM_EXPORT: (rule("manager lead", may_read),),
    Permission.CONSULTATION_OPEN: (rule(f"{MUNICIPAL} {DX}", may_read),),
    Permission.CONSULTATION_SETTLE: (rule(MUNICIPAL, may_read, of_own_body), rule(DX, may_read)),
    Permission.CONSULTATION_CHARGE: (rule(DX, may_read),),
    Permission.CONSULTATION_RECORD: (rule(DX, may_read),),
    Permission.CONSULTATION_RULES: (rule("admin"),),
    Permission.NOTICE_OPEN: (rule(f"{DX} bureau", may_read),),
    Permission.NOTICE_STATUS: (rule(DX, may_read),),
    Permission.POST: (rule(WRITERS, may_read),),
    Permission.EDIT: (rule(WRITERS, may_read, is_author),),
    Permission.DELETE: (rule(WRITERS, may_read, is_author),),
    Permission.REDACT: (rule("manager lead", may_read, runs_body), rule("admin", may_read)),
    Permission.MARK_OFFICIAL: (rule("manager supporter lead bureau", may_read),),
    Permission.SUMMARISE: (rule(f"{MUNICIPAL} {DX}", may_read),),
    Permission.LOCK: (rule(DX, may_read),),
    Permission.MOVE: (rule(DX, may_read),),
    Permission.NOTE_READ: (rule(DX, may_read),),
    Permission.NOTE_POST: (rule(DX, may_read),),
    # A file that hangs somewhere is read by whoever reads that place; before, by whoever uploaded it.
    Permission.FILE_READ: (rule(READERS, may_read), rule(WRITERS, is_author)),
    Permission.FILE_ADD: (rule(WRITERS),),
    Permission.CASE_READ: (rule(READERS, may_read),),
    Permission.CASE_CREATE: (rule(MUNICIPAL, of_own_body), rule(DX)),
    Permission.CASE_EDIT: (rule(MUNICIPAL, may_read, of_own_body), rule(DX, may_read)),
    Permission.CASE_APPROVE: (rule("manager", may_read, runs_body),),
    Permission.CASE_RETURN: (rule("manager", may_read, runs_body), rule(DX, may_read)),
    Permission.CASE_PUBLISH: (rule(DX, may_read),),
    Permission.CASE_SHARE: (rule("manager", may_read, runs_body), rule(DX, may_read)),
    Permission.CASE_CONFIRM: (
        rule(f"{MUNICIPAL} {DX}", may_read, sits_in_contact),
        rule("manager lead", may_read, runs_body),
    ),
    Permission.CASE_ADOPT: (rule(MUNICIPAL, may_read),),
    Permission.CASE_PROPOSE: (rule(DX, may_read),),
    Permission.CASE_THANK_ADOPTER: (rule(f"{MUNICIPAL} {DX}", may_read, of_own_body),),
    Permission.CASE_PUBLIC: (rule("manager", may_read, runs_body), rule(DX, may_read)),
    Permission.CASE_IMPORT: (rule(DX),),
    Permission.SPREAD_READ: (rule(f"{MUNICIPAL} {DX}"),),
    Permission.CHECKLIST_EDIT: (rule(DX),),
    Permission.CASE_COMMENTS: (rule(MUNICIPAL, may_read, sits_in_contact), rule(DX, may_read)),
    Permission.CASE_ASK: (rule(WRITERS, may_read),),
    Permission.CASE_PAUSE: (rule(MUNICIPAL, may_read, of_own_body), rule(DX, may_read)),
    Permission.VISIT_REQUEST: (rule(MUNICIPAL, may_read),),
    Permission.VISIT_READ: (rule(MUNICIPAL, of_own_body), rule(f"{MUNICIPAL} {DX}", may_read)),
    Permission.VISIT_ANSWER: (rule(MUNICIPAL, may_read, of_own_body), rule(DX, may_read)),
    Permission.VISIT_WITHDRAW: (rule(MUNICIPAL, of_own_body),),
    Permission.QUARTER_READ: (rule(MUNICIPAL, of_own_body), rule(DX)),
    Permission.KARTE_READ: (rule(MUNICIPAL, of_own_body), rule(DX)),
    Permission.KARTE_WRITE: (rule(MUNICIPAL, of_own_body), rule(DX)),
    Permission.KARTE_NOTE: (rule(DX),),
    Permission.CURATE: (rule(DX),),
    Permission.PASSAGE_MARK: (rule(f"{MUNICIPAL} {DX}", may_read),),
    Permission.SHARING_READ: (rule(f"{MUNICIPAL} {DX}", may_read),),
    Permission.SHARING_PREPARE: (rule(MUNICIPAL, may_read, of_own_body), rule(DX, may_read)),
    Permission.SHARING_CONSENT: (rule(MUNICIPAL, may_read, of_own_body), rule(DX, may_read)),
    Permission.SHARING_WITHDRAW: (rule(MUNICIPAL, may_read, of_own_body), rule(DX, may_read)),
    Permission.SHARING_ANSWER: (rule(MUNICIPAL, may_read, is_author),),
    Permission.SHARING_UNMASK: (rule("lead", may_read),),
    Permission.SYNONYMS: (rule(f"{DX} admin"),),
    Permission.REUSE_READ: (rule(DX),),
    Permission.DUPLICATES_READ: (rule(DX),),
    Permission.SEARCH_MEANING: (rule("admin"),),
    Permission.STAFF_MANAGE: (rule("manager lead", runs_body), rule("admin")),
    Permission.STAFF_IMPORT: (rule("admin"),),
    Permission.ORGANISATION_MANAGE: (rule("admin"),),
    Permission.READ_WITH_REASON: (rule("admin"),),
    Permission.AUDIT_READ: (rule("manager lead", runs_body), rule("admin")),
    Permission.JOBS_MANAGE: (rule("admin"),),
    Permission.MAIL_MANAGE: (rule("admin"),),
}


# Whoever may not do these must not learn that they can be done.
HIDDEN = frozenset({Permission.NOTE_READ, Permission.NOTE_POST, Permission.KARTE_NOTE})


def permits(actor: Actor, permission: Permission, subject: Subject | None = None) -> bool:
    """Whether `actor` may do this to `subject`. Without a subject: a rule with predicates never holds."""
    return any(
        actor.role in rule.roles
        and (not rule.when or (subject is not None and all(p(actor, subject) for p in rule.when)))
        for rule in TABLE.get(permission, ())
    )


def may_ever(actor: Actor, permission: Permission) -> bool:
    """Whether the role could do this to some thing: what a route or event asks before the thing is known."""
    return any(actor.role in rule.roles for rule in TABLE.get(permission, ()))


def require_role(actor: Actor, permission: Permission) -> None:
    """Raises Forbidden when the role can never do this, NotFound when it must not even learn of it."""
    if not may_ever(actor, permission):
        raise NotFound if permission in HIDDEN else Forbidden


def require(actor: Actor, permission: Permission, subject: Subject) -> None:
    """Raises Forbidden when a readable thing may not be treated so, NotFound when it may not even be read."""
    if permits(actor, permission, subject):
        return
    if permission in HIDDEN or (subject.audience_id is not None and not may_read(actor, subject)):
        raise NotFound
    raise Forbidden
