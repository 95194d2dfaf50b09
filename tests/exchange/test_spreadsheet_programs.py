"""What the hub exports, opened and saved by a real spreadsheet program, comes in again unchanged."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from hub.library.commands import ShareCase
from hub.library.content import NAMES, Content
from hub.library.models import Case
from hub.library.services.published import share_case
from hub.people.models import Organisation
from tests.factories import World
from tests.library.conftest import Library, library  # noqa: F401 - a fixture

OFFICE_S = 240
# UTF-8, commas, quotation marks: as the window asks that opens when somebody opens a CSV.
CSV = "CSV:44,34,76,1"
SPREAD = {"csv": f"csv:Text - txt - csv (StarCalc):{CSV.removeprefix('CSV:')}", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
TRICKY = (
    "0012 1/2 4-1 1E5 3月 R6.4.1 令和6年4月1日 Apr-24 TRUE true 1,200,000 12:30 35% "
    "2024-04 ¥100 1.50 00:00 (12) '0012 '=1"
).split()


@pytest.fixture
def run(app: Flask) -> Any:
    def run(*words: object) -> Result:
        add = ["--new-organisations"] if words[0] == "import" else []
        return app.test_cli_runner().invoke(args=["hub", "cases", *map(str, words), *add])

    return run


def saved_by_the_program(file: Path, folder: Path) -> Path:
    """Opened and saved in its own format, as somebody does who only looks."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "LibreOffice Calc is needed (Debian: libreoffice-calc)"
    folder.mkdir()
    reads = [f"--infilter={CSV}"] if file.suffix == ".csv" else []
    home = f"-env:UserInstallation=file://{folder}/profile"
    words = [program, home, "--headless", *reads, "--convert-to", SPREAD[file.suffix[1:]], "--outdir", str(folder)]
    subprocess.run([*words, str(file)], check=True, timeout=OFFICE_S, capture_output=True)
    return folder / file.name


@pytest.fixture
def shelf(world: World, library: Library) -> list[Content]:  # noqa: F811
    """Cases with everything that a spreadsheet program likes to change."""
    texts = {
        "lessons": '　字下げ\n=2行目\n"引用"',
        "rules": "=HYPERLINK(1)",
        "next": "_x000D_ と _x005F_",
        "team": "-2名",
    }
    table = [{"metric": "a|b\\", "value": "-54", "unit": "\\|", "as_of": "2024-04", "method": "=1"}]
    for n, text in enumerate(TRICKY):
        case = library.draft(title=f"題名{n}" if n % 2 else text)
        more = {"started_on": "2024-04", "ended_on": "1999-12", "cost_initial": str(54_837 + n), "cost_yearly": "0"}
        library.save(case, contact=text, tags=[text], cost_note=text, products=[{"name": text}], **more)
    case = library.published(title="長い")
    library.save(case, effects=table * 40, **texts)
    library.save(case, sources=[f"https://example.jp/{n}?a=1&b=𠮷" + "x" * 250 for n in range(40)])
    world.write(share_case, "manager", ShareCase(case, "bodies", str(world.foreign_town)))
    with world.store.transaction() as session:
        codes = sa.update(Organisation).where(Organisation.id == world.foreign_town)
        session.execute(codes.values(code="012084"))
    return all_contents(world, library)


def all_contents(world: World, library: Library) -> list[Content]:  # noqa: F811
    with world.store.read() as session:
        ids = session.scalars(sa.select(Case.id).order_by(Case.id)).all()
    return [library.content(id_) for id_ in ids]


@pytest.mark.once
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_the_program_saved_adds_nothing_and_changes_nothing(
    run: Any,
    world: World,
    library: Library,  # noqa: F811
    shelf: list[Content],
    tmp_path: Path,
    suffix: str,
) -> None:
    file = tmp_path / f"cases.{suffix}"
    assert run("export", file).exit_code == 0
    saved = saved_by_the_program(file, tmp_path / "saved")
    assert saved.read_bytes() != file.read_bytes()
    again = run("import", saved, "--json")
    assert again.stdout.startswith(f'{{"new": 0, "changed": 0, "same": {len(shelf)}'), again.output
    # As in another hub: what comes in is what went out, to the letter.
    with world.store.transaction() as session:
        session.execute(sa.update(Case).values(source_key=sa.literal("x") + sa.cast(Case.id, sa.Text)))
    assert run("import", saved, "--json").stdout.startswith(f'{{"new": {len(shelf)}')
    copies = all_contents(world, library)[len(shelf) :]
    for before, after in zip(shelf, copies, strict=True):
        assert {name: getattr(after, name) for name in NAMES} == {name: getattr(before, name) for name in NAMES}
