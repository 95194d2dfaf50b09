"""Sign-in and one's own account."""

from hub.accounts.routes import activity_pages, link_pages, login_pages, own_pages, session_pages, shared_account
from hub.accounts.routes.blueprint import bp

__all__ = ["activity_pages", "bp", "link_pages", "login_pages", "own_pages", "session_pages", "shared_account"]
