"""The arrow rule of the design (section 3), and the few places that alone may do certain things."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
HUB = Path(__file__).resolve().parents[1] / "hub"
MODULES = sorted(p for p in HUB.rglob("*.py") if "versions" not in p.parts)
FEATURES = {p.name for p in HUB.iterdir() if p.is_dir() and (p / "__init__.py").exists()} - {
    "migrations",
    "translations",
}
# What a module is, by its name: a lower one never imports a higher one.
APPLICATION = ("hub", "hub.application", "hub.blueprints", "hub.feed.install")  # what puts the hub together
OUTSIDE = ("routes", "events")
# From the ground up: whatever stands here imports only from lines above its own and from what stands before it in it.
ORDER = """
ground     actor ahead apart clock commits dates errors events extensions ids intake keyset moment pool private shown
           spans speaking tables zips caution relay config engine installation logs outage statements streaming
           access_changes away spawning many recent writing
text       text_addresses text_bleach text_chars text_code text_emphasis text_mentions text_urls text_links text_marks
           text_plain text text_ahead charts
processes  confined reading sheets
people     people db audiences security
wires      responses assets feed
web        refusals forms page jobs retention steps
talk       files rooms threads
knowledge  library attachments search spreading visits sharing
practice   support quarters
followers  home inbox mail records
schema     models migrations reading_process
edges      accounts backup demo exchange health worker frame job_table registry subscribers blueprints serve cli
           application
"""


def name_of(path: Path) -> str:
    parts = path.relative_to(HUB.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> list[tuple[str, str]]:
    """(module, name) of everything that is imported anywhere in the file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
    return found


def is_outside(module: str) -> bool:
    """Routes and events: the edge of the hub, which nothing but `create_app` may import."""
    last = module.rsplit(".", 1)[-1]
    return last in OUTSIDE or last.endswith("_routes") or ".routes." in module


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_application_imports_routes_and_events(path):
    me = name_of(path)
    if me in APPLICATION or is_outside(me):
        same = {m for m, _n in imports_of(path) if is_outside(m)}
        foreign = {m for m in same if m.split(".")[:2] != me.split(".")[:2]}
        assert me in APPLICATION or not foreign
        return
    assert [m for m, _n in imports_of(path) if m.startswith("hub.") and is_outside(m)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_feature_imports_the_private_names_of_another(path):
    mine = name_of(path).split(".")[1:2]
    private = [
        f"{module}.{name}"
        for module, name in imports_of(path)
        if module.startswith("hub.") and name.startswith("_") and name != "_" and module.split(".")[1:2] != mine
    ]
    assert private == []


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "models.py" and p.parent != HUB], ids=name_of)
def test_models_know_nothing_of_what_is_done_with_them(path):
    layers = {m.split(".")[-1] for m, _n in imports_of(path) if m.startswith("hub.")}
    assert layers <= {"tables", "models", "clock", "extensions"}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if "services" in name_of(p) or p.name == "queries.py"], ids=name_of
)
def test_services_and_queries_have_no_request(path):
    names = {name for module, name in imports_of(path) if module in ("flask", "flask_login")}
    assert not names & {"request", "session", "current_user", "g"}


def test_packages_import_only_what_stands_below_them():
    """Also inside functions and for types alone."""
    order = [name for line in ORDER.strip().splitlines() for name in line[10:].split()]
    place = {name: number for number, name in enumerate(order)}
    assert set(place) == {name_of(path).split(".")[1] for path in MODULES if name_of(path) != "hub"}
    upwards = set()
    for path in MODULES:
        me = (name_of(path).split(".") + [""])[1]
        for module, name in imports_of(path):
            there = f"{module}.{name}".split(".")[1] if module.split(".")[0] == "hub" else ""
            if me and there in place and place[there] > place[me]:
                upwards.add((me, there))
    assert upwards == set()


def test_the_page_of_the_architecture_names_every_package():
    page = (HUB.parent / "docs" / "architecture.md").read_text(encoding="utf-8").split("## The walk")[0]
    packages = {name_of(path).split(".")[1] for path in MODULES if name_of(path) != "hub"}
    named = set(re.findall(r"`(?:hub/)?(\w+)(?:/|\.py)", page))
    assert len(packages) > 70
    assert packages - named == set()


def test_extensions_import_nothing_of_the_hub():
    assert [m for m, _n in imports_of(HUB / "extensions.py") if m.startswith("hub")] == []


def users_of(wanted: str) -> set[str]:
    return {name_of(p) for p in MODULES for module, _name in imports_of(p) if module.split(".")[0] == wanted}


def test_only_the_text_modules_clean_html():
    assert {m.split(".")[1].split("_")[0] for m in users_of("bleach") | users_of("nh3")} == {"text"}


def calls_of(path: Path) -> set[str]:
    calls = [n.func for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    return {f"{ast.unparse(c.value)}.{c.attr}" for c in calls if isinstance(c, ast.Attribute)}


def test_only_publish_emits():
    emitting = {name_of(p) for p in MODULES if calls_of(p) & {"socketio.emit", "Manager.emit"}}
    assert emitting == {"hub.feed.publish", "hub.feed.together"}  # the second is the manager that the first asks
    asking = {name_of(p) for p in MODULES if "socketio.server.manager.emit_all" in calls_of(p)}
    assert asking == {"hub.feed.publish"}


def test_only_the_clock_knows_the_time():
    asked = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    assert {name_of(p) for p in MODULES if calls_of(p) & asked} <= {"hub.clock"}


def test_nothing_is_called_helper():
    assert not {p.stem for p in MODULES} & {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_page_is_made_from_werkzeugs_response(path):
    """Which calls a text text/plain unless told otherwise: browsers then show the source of the page."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {a.asname or a.name for i in imports if (i.module or "").startswith("werkzeug.wrappers") for a in i.names}
    made = [
        n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in names
    ]
    named = {"mimetype", "content_type", "headers"}
    assert [ast.unparse(n) for n in made if not named & {keyword.arg for keyword in n.keywords}] == []
