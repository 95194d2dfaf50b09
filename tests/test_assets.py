"""Scripts and styles are asked for once: their address changes with any of them, and holds for what they import."""

import re
from pathlib import Path

from hub.assets import mark_of


def test_a_page_names_files_that_a_browser_may_keep(client_of):
    browser = client_of(None)
    addresses = re.findall(r'"(/static/[^"]+)"', browser.get("/login").text)
    assert [address.rsplit("/", 1)[1] for address in addresses] == ["icon.svg", "main.css", "main.js"]
    for address in addresses:
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    imported = f"{addresses[2].rpartition('/')[0]}/lib/dom.js"
    assert "immutable" in browser.get(imported).headers["Cache-Control"]


def test_what_another_version_named_is_served_and_not_kept(client_of):
    answer = client_of(None).get("/static/v-other/js/main.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_nothing_outside_the_folder_is_served(client_of):
    for path in ("../wsgi.py", "..%2fwsgi.py", "%2e%2e/wsgi.py", "/etc/passwd"):
        assert client_of(None).get(f"/static/v-0/{path}").status_code == 404


def test_the_mark_is_of_names_and_contents(tmp_path: Path):
    def mark(**files: str) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
        return mark_of(folder)

    assert mark(a="1", b="2") == mark(b="2", a="1")
    assert len({mark(a="1", b="2"), mark(a="1", b="3"), mark(a="1", c="2"), mark(a="1"), mark(a="12", b="")}) == 5
