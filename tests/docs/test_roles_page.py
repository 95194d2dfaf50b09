"""docs/roles.md is what the table of permissions says."""

from flask import Flask

from hub.accounts.roles import role_name
from hub.actor import ROLES
from hub.config import ROOT
from hub.extensions import babel
from hub.security.permissions import TABLE, Permission
from hub.security.roles_page import ROLE_NAMES, WHAT, roles_page


def test_the_page_in_docs_is_made_from_the_table() -> None:
    stored = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    assert stored == roles_page(), "run: python -m hub.security.roles_page > docs/roles.md"


def test_every_permission_of_the_table_is_explained() -> None:
    assert set(WHAT) == set(TABLE) == set(Permission)


def test_the_table_promises_nothing_that_no_code_asks_for() -> None:
    tables = {ROOT / "hub" / "security" / name for name in ("permissions.py", "roles_page.py")}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "hub").rglob("*.py") if path not in tables)
    assert [p.name for p in Permission if f"Permission.{p.name}" not in code] == []


def test_a_cell_says_who_may_and_when() -> None:
    rows = {line.split("`")[1]: line.split(" | ")[1:] for line in roles_page().splitlines() if line.count("`") == 2}
    cells = dict(zip(ROLES, rows["message.redact"], strict=True))
    assert cells["officer"] == "—"
    assert cells["manager"] == "読めるもの・管理する団体のもの"
    assert cells["admin"] == "読めるもの"
    assert dict(zip(ROLES, rows["organisation.manage"], strict=True))["admin"] == "できる"


def test_roles_are_called_as_on_the_screen() -> None:
    app = Flask("names")
    babel.init_app(app, locale_selector=lambda: "ja")
    with app.test_request_context():
        assert {role: role_name(role) for role in ROLES} == ROLE_NAMES
