"""Case studies (事例), their versions, what others did with them, and the words by which they are found."""

import secrets
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base

LEADERS = ("市町村", "県", "県一括", "民間")
STAGES = ("検討", "実証", "実装", "展開", "終了")
ENDED = STAGES[-1]
LEVELS = ("チャレンジ", "ステップアップ")
STATUSES = ("draft", "review", "returned", "published", "ended", "withdrawn")
BASIS_KINDS = ("law", "grant", "system", "other")
ADOPTION_STATES = ("considering", "trial", "adopted", "adapted", "declined", "ended")


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({','.join(repr(v) for v in values)})", name=column)


def new_source_key() -> str:
    """By which an export of a case that people wrote is known again when it is imported."""
    return f"hub-{secrets.token_hex(8)}"


class Case(Base):
    """事例. `status` is that of the newest version, `version`; readers in `audience_id` see `published_version`, which
    stays while a newer one is being written and is null before the first publication and after a withdrawal. Whoever
    reads `owners_id` (the town and the DX section) works on it.

    Of the published versions readers see those from `readers_from` on: what was taken away, or was for fewer readers,
    does not come back. `readers_chosen` tells readers that somebody chose from those that a draft begins with;
    `agreed_audience_id` are wider ones that the town agreed to with `approved_version`, for when that is out.

    `title` to `ended_reason` are copies of the published version (before that: of the newest), for lists. `room_id` is
    where it is asked about, made at the first question; until `paused_until` nobody is asked anything new.
    """

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_key: Mapped[str | None] = mapped_column(unique=True, default=new_source_key)  # its `id` in files
    source_hash: Mapped[str] = mapped_column(default="")  # of the imported row
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    owners_id: Mapped[int] = mapped_column(sa.ForeignKey("audiences.id"), index=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audiences.id"), index=True)
    contact_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duties.id"), index=True)
    status: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    approved_version: Mapped[int | None]  # by the town's manager
    approved_audience_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audiences.id"), index=True)  # for these
    published_version: Mapped[int | None]
    readers_from: Mapped[int] = mapped_column(default=1, server_default="1")
    readers_chosen: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    agreed_audience_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audiences.id"), index=True)
    published_at: Mapped[datetime | None] = mapped_column(index=True)  # first publication
    created_at: Mapped[datetime]
    last_confirmed_on: Mapped[date | None]
    changed_on: Mapped[date | None]  # 変わりました was answered, and no newer version is out
    ended_said_on: Mapped[date | None]  # やめました was, and the version that says why is not out
    confirm_every_months: Mapped[int] = mapped_column(default=6)
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rooms.id"), unique=True, index=True)
    paused_until: Mapped[date | None]  # the last day without questions
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    led_by: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    cost_yen: Mapped[int | None]
    cost_in_words: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # and in no figure
    ended_reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (_one_of("status", STATUSES),)


class CaseVersion(Base):
    """What a case said at one time, with title and summary; `content` is a `hub.library.content.Content` as JSON.
    Versions are only ever added; links to published ones stay as long as readers may see them."""

    __tablename__ = "case_versions"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))  # null = an import
    posting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]  # null = readers have never seen it, and never will


class CaseComment(Base):
    """差し戻し: what has to be changed before a version can go out. Read by those who work on the case."""

    __tablename__ = "case_comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    version: Mapped[int]
    body: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class CaseEnding(Base):
    """That the practice of a case has ended, and who has said that they know: the town's managers, the DX section."""

    __tablename__ = "case_endings"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    ended_at: Mapped[datetime]
    town_heard_at: Mapped[datetime | None]
    dx_heard_at: Mapped[datetime | None]


class Withdrawal(Base):
    """取り下げ: when a case was taken away from its readers, by which body, and who these were (`readers_id`: a copy of
    the grants of that moment). Gone when the case is out again."""

    __tablename__ = "case_withdrawals"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    withdrawn_at: Mapped[datetime]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    readers_id: Mapped[int] = mapped_column(sa.ForeignKey("audiences.id"), index=True)


class CaseField(Base):
    """In which 分野 a case is found."""

    __tablename__ = "case_fields"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey("fields.id"), primary_key=True, index=True)


class FieldAlias(Base):
    """A former name of a 分野: versions that say it mean the field."""

    __tablename__ = "field_aliases"
    name: Mapped[str] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey("fields.id"), index=True)


class TagGroup(Base):
    """A group of tags that the prefecture looks after; a tag in none is free."""

    __tablename__ = "tag_groups"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)


class Tag(Base):
    """A word by which cases are found. A synonym points to the tag that is meant: whoever writes or chooses it gets
    that one, and no case carries it."""

    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tag_groups.id"), index=True)
    synonym_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tags.id"), index=True)


class CaseTag(Base):
    __tablename__ = "case_tags"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tags.id"), primary_key=True, index=True)


class Basis(Base):
    """根拠: a law, a grant of one year, a version of a system. Shared by everything that rests on it, which is linked
    by a table of its own (`case_bases`) with the moment at which somebody last said that it still holds: whatever was
    confirmed before `changed_at` is flagged."""

    __tablename__ = "bases"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="other")
    changed_at: Mapped[datetime | None]  # when the change was recorded here
    changed_on: Mapped[date | None]  # from when the change holds
    changed_note: Mapped[str] = mapped_column(default="")  # what has changed
    curated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # the DX section looks after it

    __table_args__ = (_one_of("kind", BASIS_KINDS),)


class BasisAlias(Base):
    """A former name of a basis, or the name of one that was found to be the same: texts that say it mean the basis."""

    __tablename__ = "basis_aliases"
    name: Mapped[str] = mapped_column(primary_key=True)
    basis_id: Mapped[int] = mapped_column(sa.ForeignKey("bases.id"), index=True)


class CaseBasis(Base):
    """On what the published text of a case rests."""

    __tablename__ = "case_bases"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    basis_id: Mapped[int] = mapped_column(sa.ForeignKey("bases.id"), primary_key=True, index=True)
    confirmed_at: Mapped[datetime]


class Collection(Base):
    """特集: cases that the DX section has chosen and put in order; out for readers from `published_at` on. Everybody
    sees in it what they may read anyway."""

    __tablename__ = "collections"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    intro: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class CollectionCase(Base):
    __tablename__ = "collection_cases"
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collections.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)
    position: Mapped[int]
    note: Mapped[str] = mapped_column(default="")


class Adoption(Base):
    """横展開: what one body does with the case of another. `confirmed_at` is null while it is only a supporter's
    proposal (`proposed_by_id`); readers see confirmed rows."""

    __tablename__ = "adoptions"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    person_days: Mapped[int | None]
    cost_yen: Mapped[int | None]
    changes: Mapped[str] = mapped_column(default="")
    ease: Mapped[str] = mapped_column(default="")  # easy, normal, hard; adopters only
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    learned_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("case_id", "organisation_id"),
        _one_of("state", ADOPTION_STATES),
        sa.CheckConstraint("ease IN ('','easy','normal','hard')", name="ease"),
    )


class Bookmark(Base):
    __tablename__ = "bookmarks"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]


class Thanks(Base):
    """参考になった, with a name."""

    __tablename__ = "thanks"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    created_at: Mapped[datetime]


class FieldFollow(Base):
    """Who wants to hear of new cases in a 分野, since when."""

    __tablename__ = "field_follows"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey("fields.id"), primary_key=True, index=True)
    since: Mapped[datetime]


class TagFollow(Base):
    """The same of a tag."""

    __tablename__ = "tag_follows"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tags.id"), primary_key=True, index=True)
    since: Mapped[datetime]


class CaseNewsSeen(Base):
    """That somebody has looked at a new case that they were told of. What they are told of is read from the cases."""

    __tablename__ = "case_news_seen"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)


class Publicity(Base):
    """一般公開: who has agreed that the case goes out to everybody. Both sides have to."""

    __tablename__ = "case_publicities"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    town_agreed_at: Mapped[datetime | None]
    town_agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    dx_agreed_at: Mapped[datetime | None]
    dx_agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))


class ImportFile(Base):
    """An uploaded file from its preview on. It belongs to whoever sent it and is gone after a day. `state` is that of
    `hub.exchange.taking.Progress`; `beat_at` is when the worker that takes it in last gave a sign of life."""

    __tablename__ = "import_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    name: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    publish: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    beat_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
