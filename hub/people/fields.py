"""分野: the twenty to begin with; the table can be edited afterwards."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.people.models import Field

STANDARD_FIELDS = (
    "窓口改革 電子申請 防災 交通・MaaS 子育て 医療・介護 税・収納・キャッシュレス 地域通貨・地域経済 内部事務 生成AI "
    "データ利活用・オープンデータ 教育 農林・鳥獣害 観光 インフラ・除雪 デジタルデバイド対策 マイナンバーカード "
    "情報システム標準化 共同調達 DX人材・推進体制"
).split()


def ensure_fields(session: Session) -> None:
    """The standard ones where there are none at all: an edited table is left as it is."""
    if session.scalars(sa.select(Field.id).limit(1)).first() is None:
        session.add_all(Field(name=name, position=position) for position, name in enumerate(STANDARD_FIELDS))
        session.flush()
