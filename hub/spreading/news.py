"""The part of the お知らせ箱 and the home page that speaks of adoptions."""

from typing import Any

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.wording import adoption_names
from hub.security.permissions import Permission, may_ever
from hub.spreading.queries import list_proposals, list_thanks, list_unheard


def news_of(session: Session, actor: Actor, *, whole: bool = False) -> dict[str, Any]:
    """For `spreading/_news.html`; nothing for those who neither have cases nor take any up."""
    if not may_ever(actor, Permission.CASE_THANK_ADOPTER):
        return {}
    return {
        "proposals": list_proposals(session, actor, whole=whole),
        "unheard": list_unheard(session, actor, whole=whole),
        "thanks": list_thanks(session, actor, whole=whole),
        "adoption_states": adoption_names(),
    }
