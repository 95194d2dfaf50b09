"""The index: tables that any database has. What they hold is made from the other tables and can be made again."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class SearchTerm(Base):
    """A word, pair of characters, compound or facet; `key` begins with w, b, c or f."""

    __tablename__ = "search_terms"
    id: Mapped[int] = mapped_column(primary_key=True)
    # By code point everywhere, so that a prefix is a range.
    key: Mapped[str] = mapped_column(sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), unique=True)


class SearchPosting(Base):
    """Which documents of one audience hold a term, in blocks of 8,192 slots; `count` of them."""

    __tablename__ = "search_postings"
    term_id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    slots: Mapped[bytes]
    marks: Mapped[bytes]

    __table_args__ = (
        # Counting reads this alone and none of the blocks.
        sa.Index("ix_search_postings_term_id_audience_id_count", "term_id", "audience_id", "count"),
        {"sqlite_with_rowid": False},
    )


class SearchDocument(Base):
    """One thing that can be found. `place` is audience and slot in one number. `vector` holds its term ids and marks,
    `flow` the ids of its words in their order; no text. `model` is what made its vectors of meaning, empty while they
    are to be made; null where it has none."""

    __tablename__ = "search_documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    ref_id: Mapped[int]
    audience_id: Mapped[int]
    place: Mapped[int] = mapped_column(unique=True)
    thread_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    at: Mapped[datetime]
    vector: Mapped[bytes]
    flow: Mapped[bytes]
    model: Mapped[str | None]

    __table_args__ = (
        sa.UniqueConstraint("kind", "ref_id"),
        # Days and what is newest are read from this alone.
        sa.Index("ix_search_documents_audience_id_at_place", "audience_id", "at", "place"),
        sa.Index("ix_search_documents_model", "model"),
    )


class SearchMeaning(Base):
    """What the document at this place means: its vectors, 512 bytes each, one after the other; empty when it changed or
    went. `subject` is what is found by them, and `own` whether that is this document. `stamp` numbers the changes."""

    __tablename__ = "search_meanings"
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[int]
    own: Mapped[bool]
    vectors: Mapped[bytes]
    made_at: Mapped[datetime]
    stamp: Mapped[int] = mapped_column(index=True)


class SearchShelf(Base):
    """How many documents an audience has, and the next free slot."""

    __tablename__ = "search_shelves"
    audience_id: Mapped[int] = mapped_column(primary_key=True)
    documents: Mapped[int] = mapped_column(default=0)
    next_slot: Mapped[int] = mapped_column(default=0)


class SearchChange(Base):
    """Outbox: something was written, changed or taken away and its document has to be made anew. Until then the old
    document is not found."""

    __tablename__ = "search_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    ref_id: Mapped[int]

    __table_args__ = (
        sa.Index("ix_search_changes_kind_ref_id", "kind", "ref_id"),
        {"sqlite_autoincrement": True},  # numbers never come back: who works off a change knows it by its number
    )


class SearchState(Base):
    """One row, id 1: which version of the analysis made the index, how far a rebuild has come (null = complete), a
    number that is another one after each change of the synonyms, and until when the outbox names the people whose
    posting began or ended by its date. `stamp` is the number of the last change of a meaning, `emptied` that of the
    last time when all of them went; `meaning_off`: an administrator wants words alone. Whoever indexes holds this
    row."""

    __tablename__ = "search_state"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[dict[str, Any] | None]
    synonyms_version: Mapped[int] = mapped_column(default=0)
    postings_until: Mapped[datetime | None]
    stamp: Mapped[int] = mapped_column(default=0)
    emptied: Mapped[int] = mapped_column(default=0)
    meaning_off: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


class SynonymGroup(Base):
    """Words that mean the same here. `replaces` names a group of the shipped file that this one stands for; without
    words it takes that group away. `origin`: own, import."""

    __tablename__ = "synonym_groups"
    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[str]]
    replaces: Mapped[str | None] = mapped_column(unique=True)
    origin: Mapped[str] = mapped_column(default="own")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))


class SavedSearch(Base):
    """検索の保存: a person's query, and what it found when they last looked, as `hub/search/seen.py` packs it; without
    that nothing is new until they look."""

    __tablename__ = "saved_searches"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    query: Mapped[str]
    seen_at: Mapped[datetime]
    seen: Mapped[bytes | None]
    seen_before: Mapped[bytes | None]  # at the look before that one, so that the new ones can be shown
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("staff_id", "query"),)


class Reuse(Base):
    """再利用: a question that was answered by something already there, before it was asked. No text of the question."""

    __tablename__ = "reuses"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    kind: Mapped[str]
    ref_id: Mapped[int]
    at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_reuses_kind_ref_id", "kind", "ref_id"),)
