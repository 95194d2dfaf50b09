"""支援カルテ: what is known of a municipality, said by itself and by the DX section that accompanies it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Fact(Base):
    """One statement about one thing (`hub/support/facts.py`; `item`: which of several, as a system or a fiscal year).
    Nothing is altered: a correction is the next `number`, with words why. An empty value says that it no longer
    holds."""

    __tablename__ = "karte_facts"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    item: Mapped[str] = mapped_column(default="")
    number: Mapped[int]
    newest: Mapped[bool] = mapped_column(default=True)
    value: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    as_of: Mapped[date | None]
    why: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name", "item", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("number = 1 OR why <> ''", name="corrected_with_words"),
    )


STATES = ("on_track", "ahead", "late", "done", "dropped")
SIDES = ("municipality", "prefecture", "outside")
OVER = ("done", "dropped")


class PlanItem(Base):
    """What is to be reached by a day, in the fiscal year in which it was first due. How it stands now: a copy of its
    newest change (`number`), which `services/planning.py` alone writes. Somebody holds it: a duty, or a person."""

    __tablename__ = "plan_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    fiscal_year: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="on_track")
    side: Mapped[str]
    outside: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date]
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duties.id"), index=True)
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)

    __table_args__ = (
        sa.CheckConstraint(f"state IN ({','.join(repr(s) for s in STATES)})", name="state"),
        sa.CheckConstraint(f"side IN ({','.join(repr(s) for s in SIDES)})", name="side"),
        sa.CheckConstraint("(side = 'outside') = (outside <> '')", name="outside_has_a_name"),
        sa.CheckConstraint("(duty_id IS NULL) <> (holder_id IS NULL)", name="one_holder"),
    )


class PlanChange(Base):
    """How an item has stood from a moment on, who said so, and why: 1..n, nothing is altered without words."""

    __tablename__ = "plan_changes"
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_items.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    side: Mapped[str]
    outside: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date]
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duties.id"))
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    why: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")

    __table_args__ = (sa.CheckConstraint("number = 1 OR why <> ''", name="changed_with_words"),)


WAYS = ("visit", "call", "online")


class Contact(Base):
    """A visit or a call of the accompanying support (伴走の訪問・電話). A correction is a further row of the same
    `first_id`, with words why; `newest` is the one that counts."""

    __tablename__ = "support_contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    first_id: Mapped[int | None] = mapped_column(sa.ForeignKey("support_contacts.id"), index=True)
    newest: Mapped[bool] = mapped_column(default=True)
    way: Mapped[str]
    held_on: Mapped[date]
    held_at: Mapped[datetime]  # its place among what else happened: noon of that day
    people: Mapped[str]
    agreed: Mapped[str]
    next_step: Mapped[str] = mapped_column(default="")
    next_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint(f"way IN ({','.join(repr(w) for w in WAYS)})", name="way"),
        sa.CheckConstraint("(first_id IS NULL) = (why = '')", name="corrected_with_words"),
    )


class KarteNote(Base):
    """県内メモ beside a karte: the DX section's own, of which the municipality never learns. A table of its own, never
    a flag on something that the municipality reads."""

    __tablename__ = "karte_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    body: Mapped[str]
    created_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
