"""The part of the お知らせ箱 and the home page that speaks of adoptions."""

from typing import Any

from sqlalchemy.orm import Session

from hub.library.wording import adoption_names
from hub.security.actor import Actor
from hub.security.permissions import Permission, may_ever
from hub.spreading.queries import list_proposals, list_thanks, list_unheard


def news_of(session: Session, actor: Actor) -> dict[str, Any]:
    """For `spreading/_news.html`; nothing for those who neither have cases nor take any up."""
    if not may_ever(actor, Permission.CASE_THANK_ADOPTER):
        return {}
    return {
        "proposals": list_proposals(session, actor),
        "unheard": list_unheard(session, actor),
        "thanks": list_thanks(session, actor),
        "adoption_states": adoption_names(),
    }
