"""Many invented people at once, for `demo load --staff N`."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.access_changes import raise_access_version
from hub.clock import utc_now
from hub.people.models import Organisation, Posting, Section, Staff

FAMILY = tuple(
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 中村 小林 加藤 吉田 斎藤 清水 木村 林 森 池田 橋本 石川 前田 藤田".split()
)
GIVEN = tuple("明美 健一 由美子 翔太 真理 大輔 美咲 和也 直樹 恵 誠 香織 拓也 陽子 剛 千春 亮 彩 浩二 奈々".split())


def add_crowd(session: Session, count: int, password_hash: str) -> None:
    """`count` officers, spread over the sections of the municipalities, in three statements."""
    query = (
        sa.select(Section.id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Organisation.kind.in_(("市", "町", "村")))
        .order_by(Section.id)
    )
    sections = session.scalars(query).all()
    now = utc_now()
    rows = [
        {
            "email": f"staff{n:05d}@demo.example.jp",
            "name": f"{FAMILY[n % 20]}{GIVEN[n // 20 % 20]}",
            "password_hash": password_hash,
            "created_at": now,
            "kana": "",
            "extension": "",
            "language": "ja",
            "shared": False,
        }
        for n in range(count)
    ]
    ids = session.scalars(sa.insert(Staff).returning(Staff.id, sort_by_parameter_order=True), rows).all()
    since = now - timedelta(days=365)
    postings = [
        {"staff_id": id_, "section_id": sections[n % len(sections)], "role": "officer", "from_at": since}
        for n, id_ in enumerate(ids)
    ]
    session.execute(sa.insert(Posting), postings)
    raise_access_version(session)
