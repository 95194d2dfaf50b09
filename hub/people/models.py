"""Organisations, sections, staff, postings and duties. Access and ownership follow section and duty, not the person."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.tables import Base

# Bodies that stand for "some municipality" and the like in anonymous editions: kind -> side (ADR 15).
ALIAS_SIDES = {"匿名": "municipality", "匿名の県": "prefecture", "匿名の外部": "outside"}


class Organisation(Base):
    """団体. `code` is the optional 6-digit 団体コード; `member` bodies take part here. Population has its own date."""

    __tablename__ = "organisations"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    kana: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]  # 県 市 町 村, or その他; of aliases one of ALIAS_SIDES
    district: Mapped[str] = mapped_column(default="")
    population: Mapped[int | None]
    population_as_of: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="")
    member: Mapped[bool] = mapped_column(default=True)
    mail_domains: Mapped[list[str]] = mapped_column(default=list)  # whom a manager may invite; empty = anybody

    sections: Mapped[list["Section"]] = relationship(back_populates="organisation", lazy="raise")

    @property
    def side(self) -> str:
        """Which side of a consultation this body stands on: municipality, prefecture or outside."""
        if self.kind in ALIAS_SIDES:
            return ALIAS_SIDES[self.kind]
        if not self.member:
            return "outside"
        return "prefecture" if self.kind == "県" else "municipality"


class Section(Base):
    """部署. The prefecture's DX section (`is_dx`) exists once and is the other half of every support room."""

    __tablename__ = "sections"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    name: Mapped[str]
    is_dx: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(back_populates="sections", lazy="raise")
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"),)


class Staff(Base):
    """職員: a person's account (or a town's shared one, 共用). Disabled, never deleted. What they may do comes from
    their postings; what they wrote points to them and to the posting of that day."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    kana: Mapped[str] = mapped_column(default="")
    extension: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="ja")
    shared: Mapped[bool] = mapped_column(default=False)
    is_alias: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # nobody's account (ADR 15)
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    reset_notice: Mapped[str | None]  # a line for each reset link handed out: when, by whom; shown at the next sign-in
    toured_at: Mapped[datetime | None]  # the first-visit steps were closed
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    postings: Mapped[list["Posting"]] = relationship(back_populates="staff", lazy="raise")


class Posting(Base):
    """所属: staff in a section with a role, from / until (until is the first moment that no longer counts)."""

    __tablename__ = "postings"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    section_id: Mapped[int] = mapped_column(sa.ForeignKey("sections.id"), index=True)
    role: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship(back_populates="postings", lazy="raise")
    section: Mapped[Section] = relationship(lazy="raise")


class Duty(Base):
    """担当: a seat in a section. Whatever somebody owns points here. `organisation_id` is the municipality that a
    伴走支援 seat accompanies; while the holder is absent the deputy duty stands in."""

    __tablename__ = "duties"
    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(sa.ForeignKey("sections.id"), index=True)
    name: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    deputy_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duties.id"))
    absent_from: Mapped[datetime | None]
    absent_until: Mapped[datetime | None]

    section: Mapped[Section] = relationship(lazy="raise")
    holdings: Mapped[list["Holding"]] = relationship(back_populates="duty", lazy="raise")
    __table_args__ = (sa.UniqueConstraint("section_id", "name"),)


class Holding(Base):
    """Who sits in a duty's seat, from / until."""

    __tablename__ = "holdings"
    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duties.id"), index=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]

    duty: Mapped[Duty] = relationship(back_populates="holdings", lazy="raise")
    staff: Mapped[Staff] = relationship(lazy="raise")


class Field(Base):
    """分野: the practical fields of consultations and cases, editable."""

    __tablename__ = "fields"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)


class Expertise(Base):
    """相談に乗れます: a field in which somebody is glad to be asked."""

    __tablename__ = "expertises"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey("fields.id"), primary_key=True)


class SignIn(Base):
    """One signed-in browser, until sign-out, idle or absolute time-out. The cookie holds the token, this its hash."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # absolute
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")
    writer_name: Mapped[str] = mapped_column(default="")  # 記入者名 of a shared account, kept for this browser session


class OneTimeLink(Base):
    """An invitation or password reset: single use, 24 hours, stored as SHA-256."""

    __tablename__ = "one_time_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    purpose: Mapped[str]  # invitation, reset
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FailureBucket(Base):
    """Failed sign-ins in a leaky bucket, so that throttling survives a restart and is one for all workers."""

    __tablename__ = "failure_buckets"
    key: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[float]
    updated_at: Mapped[datetime]
