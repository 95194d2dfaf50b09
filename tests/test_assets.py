"""Scripts and styles are asked for once, packed and in one file each: their address changes with any of them."""

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hub.assets.scripts import DIGITS, join_scripts
from hub.assets.shelf import LOOK_S, Shelf, mark_of
from hub.assets.styles import join_styles
from hub.config import ROOT

STATIC = ROOT / "static"
PACKED = {"Accept-Encoding": "gzip"}


def addresses_of(browser) -> list[str]:
    return re.findall(r'"(/static/[^"]+)"', browser.get("/login").text)


def test_a_page_names_files_that_a_browser_may_keep(client_of):
    browser = client_of(None)
    addresses = addresses_of(browser)
    assert [address.rsplit("/", 1)[1] for address in addresses] == ["icon.svg", "app.css", "app.js"]
    for address in addresses:
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    module = f"{addresses[2].rpartition('/')[0]}/js/lib/dom.js"
    assert "immutable" in browser.get(module).headers["Cache-Control"]


@pytest.mark.parametrize("name", ["app.js", "app.css"])
def test_what_is_joined_goes_packed_to_whoever_takes_it_so(client_of, name):
    browser = client_of(None)
    address = next(address for address in addresses_of(browser) if address.endswith(name))
    plain, packed = browser.get(address), browser.get(address, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert plain.headers["ETag"] != packed.headers["ETag"]
    again = browser.get(address, headers=PACKED | {"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_another_version_named_is_served_and_not_kept(client_of):
    for name in ("app.js", "app.css", "js/main.js"):
        answer = client_of(None).get(f"/static/v-other/{name}")
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


def small_site(folder: Path) -> Path:
    (folder / "js/lib").mkdir(parents=True)
    (folder / "css/base").mkdir(parents=True)
    (folder / "js/main.js").write_text(
        "// Starts.\nimport { one, two as second } from './lib/numbers.js';\nconst kept = 1;\n"
        "console.log(JSON.stringify([one, second(), kept]));\n",
        encoding="utf-8",
    )
    (folder / "js/lib/numbers.js").write_text(
        "/** Several\n * lines. */\nconst kept = 10; // of its own\nexport const one = 1;\n"
        "export function two() {\n  return kept * 2;\n}\n",
        encoding="utf-8",
    )
    (folder / "css/main.css").write_text(
        '@import url("base/all.css");\n/* last */ a { color: red; }\n', encoding="utf-8"
    )
    (folder / "css/base/all.css").write_text('b { background: url("../../images/b.svg"); }\n', encoding="utf-8")
    return folder


def run(script: str, folder: Path) -> str:
    file = folder / "joined.mjs"
    file.write_text(script, encoding="utf-8")
    node = shutil.which("node") or str(ROOT / ".venv/bin/node")
    return subprocess.run([node, str(file)], check=True, capture_output=True, text=True).stdout


def test_modules_keep_their_own_names_when_they_are_joined(tmp_path: Path):
    folder = small_site(tmp_path)
    script, _map = join_scripts(folder, folder / "js/main.js")
    assert json.loads(run(script, tmp_path)) == [1, 20, 1]
    assert "Starts" not in script
    assert "lines." not in script


def decoded(mappings: str) -> list[tuple[int, int, int]]:
    """(source, line, column) of each line of the script."""
    place, found = [0, 0, 0], []
    for line in mappings.split(";"):
        numbers, number, shift = [], 0, 0
        for digit in map(DIGITS.index, line):
            number |= (digit & 31) << shift
            shift += 5
            if not digit & 32:
                numbers.append(-(number >> 1) if number & 1 else number >> 1)
                number, shift = 0, 0
        place = [then + change for then, change in zip(place, numbers[1:], strict=True)]
        found.append((place[0], place[1], place[2]))
    return found


def test_a_browsers_tools_find_every_line_in_its_module():
    script, written = join_scripts(STATIC, STATIC / "js/main.js")
    source_map = json.loads(written)
    places = decoded(source_map["mappings"])
    sources = [(STATIC / name).read_text(encoding="utf-8").splitlines() for name in source_map["sources"]]
    checked = 0
    for text, (source, line, column) in zip(script.splitlines(), places, strict=True):
        if (
            not text.startswith(("const module_", "})();", "return {", "const {"))
            and "vendor" not in source_map["sources"][source]
        ):
            line_there = sources[source][line][column:].removeprefix("export ").rstrip()
            assert text in (line_there, line_there.partition(" // ")[0].rstrip())
            checked += 1
    assert checked > 3000


def test_remarks_at_the_end_of_lines_are_left_out_and_texts_are_not(tmp_path: Path):
    kept = "const place = 'https://a // b'; // said 'here'"
    (tmp_path / "a.js").write_text(f"let one = 1; // a remark\n{kept}\nconst two = `a // b`;\n", encoding="utf-8")
    script, _map = join_scripts(tmp_path, tmp_path / "a.js")
    assert "let one = 1;\n" in script
    assert f"{kept}\n" in script
    assert "const two = `a // b`;" in script


@pytest.mark.parametrize(
    "line",
    [
        "import './other.js';",
        "import other from './other.js';",
        "import * as other from './other.js';",
        "export default 1;",
        "export let changing = 1;",
        "const later = import('./other.js');",
    ],
)
def test_what_cannot_be_joined_stops_the_start_and_says_where(tmp_path: Path, line: str):
    (tmp_path / "other.js").write_text("export const a = 1;\n", encoding="utf-8")
    (tmp_path / "main.js").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"main\.js"):
        join_scripts(tmp_path, tmp_path / "main.js")


def test_modules_in_a_circle_stop_the_start(tmp_path: Path):
    (tmp_path / "a.js").write_text("import { b } from './b.js';\nexport const a = b;\n", encoding="utf-8")
    (tmp_path / "b.js").write_text("import { a } from './a.js';\nexport const b = a;\n", encoding="utf-8")
    with pytest.raises(ValueError, match="imports itself"):
        join_scripts(tmp_path, tmp_path / "a.js")


def test_styles_are_one_sheet_whose_addresses_hold():
    style = join_styles(STATIC, STATIC / "css/main.css")
    assert "@import" not in style
    assert "/*" not in style
    names = re.findall(r'url\("([^"]+)"\)', style)
    assert names
    assert [name for name in names if not (STATIC / name).is_file()] == []


def test_in_a_clone_a_changed_file_is_served_at_the_next_page(tmp_path: Path):
    folder = small_site(tmp_path)
    watching, kept = Shelf(folder, watched=True), Shelf(folder, watched=False)
    before = watching.stock()
    (folder / "css/base/all.css").write_text("b { color: blue; }\n", encoding="utf-8")
    os.utime(folder / "css/base/all.css", ns=(1, 1))
    for shelf in (watching, kept):
        shelf._looked -= LOOK_S + 1
    after = watching.stock()
    assert after.mark != before.mark
    assert b"blue" in after.joined["app.css"].text
    assert kept.stock() == before
