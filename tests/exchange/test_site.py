"""`cases publish`: only what both sides have opened, as plain pages, replaced in one step."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from hub.errors import Conflict, Forbidden, NotFound
from hub.exchange import site
from hub.library.commands import ChangeBasis, ConfirmCase, OnVersion, ShareCase, SubmitCase, WithdrawCase
from hub.library.models import Basis, Case, Publicity
from hub.library.publicity import OpenToPublic, open_to_public
from hub.library.services.bases import change_basis
from hub.library.services.published import confirm_case, share_case, withdraw_case
from hub.library.services.workflow import publish_case, submit_case
from tests.factories import World
from tests.library.conftest import Library, library  # noqa: F401 - a fixture
from tests.spreading.world import case_of

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def publish(app: Flask, tmp_path: Path) -> Any:
    def run(target: Path | None = None) -> Result:
        return app.test_cli_runner().invoke(args=["hub", "cases", "publish", str(target or tmp_path / "site")])

    return run


def opened(world: World, *who: str, title: str = "書かない窓口") -> int:
    case = case_of(world, world.town, title)
    for person in who:
        world.write(open_to_public, person, OpenToPublic(case, True))
    return case


def pages(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html")))


def test_who_may_not_speak_for_a_side(world: World) -> None:
    case = case_of(world, world.town)
    for who, error in (
        ("officer", Forbidden),
        ("foreign_officer", NotFound),
        ("bureau", NotFound),
        ("guest", NotFound),
    ):
        with pytest.raises(error):
            world.write(open_to_public, who, OpenToPublic(case, True))


@pytest.mark.parametrize("who", ["manager", "supporter"])
def test_one_side_alone_opens_nothing(world: World, publish: Any, tmp_path: Path, who: str) -> None:
    opened(world, who)
    assert publish().exit_code == 0
    assert "書かない窓口" not in pages(tmp_path / "site")
    assert "一般公開された事例はまだありません" in pages(tmp_path / "site")


def test_both_open_it_and_either_closes_it(world: World, publish: Any, tmp_path: Path) -> None:
    case = opened(world, "manager", "supporter")
    publish()
    assert "最後に確認した日" in (tmp_path / "site" / "cases" / f"{case}.html").read_text(encoding="utf-8")
    world.write(open_to_public, "manager", OpenToPublic(case, False))
    publish()
    assert not (tmp_path / "site" / "cases" / f"{case}.html").exists()


def test_what_is_for_some_cannot_be_opened(world: World) -> None:
    case = case_of(world, world.town)
    world.write(share_case, "manager", ShareCase(case, "town"))
    with pytest.raises(Conflict):
        world.write(open_to_public, "manager", OpenToPublic(case, True))


@pytest.mark.parametrize("narrow", ["share", "withdraw"])
def test_narrowing_ends_the_consent_for_good(world: World, publish: Any, tmp_path: Path, narrow: str) -> None:
    case = opened(world, "manager", "supporter")
    if narrow == "share":
        world.write(share_case, "manager", ShareCase(case, "dx"))
    else:
        world.write(withdraw_case, "manager", WithdrawCase(case))
    publish()
    assert "書かない窓口" not in pages(tmp_path / "site")
    world.write(share_case, "manager", ShareCase(case, "members"))
    publish()
    assert "書かない窓口" not in pages(tmp_path / "site")
    with world.store.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Publicity)).scalar_one() == 0


def test_what_a_case_rests_on_has_changed_there_too(
    world: World,
    library: Library,  # noqa: F811
    publish: Any,
    tmp_path: Path,
) -> None:
    """The site warns of what the page of the case warns of, until somebody has confirmed."""
    case = library.published(bases=[{"name": "○○交付金", "note": "端末"}])
    for who in ("manager", "supporter"):
        world.write(open_to_public, who, OpenToPublic(case, True))
    with world.store.read() as session:
        basis = session.scalars(sa.select(Basis.id)).one()
    page = tmp_path / "site" / "cases" / f"{case}.html"
    publish()
    assert "が変わりました" not in page.read_text(encoding="utf-8")
    world.write(change_basis, "supporter", ChangeBasis(basis, f"補助率が下がった {HOSTILE}"))
    library.change(sa.update(Case).values(last_confirmed_on=date(2020, 1, 1)))
    publish()
    text = page.read_text(encoding="utf-8")
    told = (
        "○○交付金」が変わりました",
        "補助率が下がった",
        "問合せ先がまだ確認していません",
        "確認の期限を過ぎています",
    )
    reader = world.client("foreign_officer").text_of(f"/cases/{case}")
    assert [words for words in told if words not in text or words not in reader] == []
    assert "<script" not in text
    world.write(confirm_case, "manager", ConfirmCase(case, "running"))
    publish()
    assert not [words for words in told if words in page.read_text(encoding="utf-8")]


def test_the_pages_are_plain_whole_and_without_people(
    world: World,
    library: Library,  # noqa: F811
    publish: Any,
    tmp_path: Path,
) -> None:
    case = library.published(
        title=HOSTILE, lessons=HOSTILE, fields=["防災"], sources=["https://example.jp/a", "javascript:alert(1)"]
    )
    library.save(case, "officer", lessons="書きかけ")
    for who in ("manager", "supporter"):
        world.write(open_to_public, who, OpenToPublic(case, True))
    publish()
    folder = tmp_path / "site"
    text = pages(folder)
    assert "<script" not in text
    assert "<img" not in text
    assert 'style="' not in text
    assert "49" not in text
    assert "書きかけ" not in text
    assert 'href="https://example.jp/a"' in text
    assert 'href="javascript:' not in text
    for name in ("吉岡 一郎", "吉岡 二葉", "県 四季"):
        assert name not in text
    links = {
        (page, link) for page in folder.rglob("*.html") for link in re.findall(r'href="([^"#]+)"', page.read_text())
    }
    local = {(page, link) for page, link in links if not link.startswith("https://example.jp")}
    assert [(str(page), link) for page, link in local if not (page.parent / link).exists()] == []
    assert (folder / "field-0.html").exists()


def test_long_lists_have_pages(world: World, publish: Any, tmp_path: Path) -> None:
    for n in range(21):
        case = case_of(world, world.prefecture, f"事例{n}")
        world.write(open_to_public, "supporter", OpenToPublic(case, True))
    assert publish().output.startswith("21 -> ")
    assert (tmp_path / "site/index.html").read_text(encoding="utf-8").count("<h2>") == 20
    assert (tmp_path / "site/index-2.html").read_text(encoding="utf-8").count("<h2>") == 1


def test_a_directory_of_somebody_else_is_left_alone(publish: Any, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "important.txt").write_text("x")
    assert publish().exit_code == 2
    assert [p.name for p in (tmp_path / "site").iterdir()] == ["important.txt"]


def test_a_fault_on_the_way_leaves_the_old_site_and_no_rests(
    world: World, publish: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(world, "manager", "supporter", title="前の事例")
    publish()
    monkeypatch.setattr(site, "_replace", lambda *_paths: (_ for _ in ()).throw(RuntimeError))
    assert publish().exit_code != 0
    assert "前の事例" in pages(tmp_path / "site")
    assert [p.name for p in tmp_path.iterdir() if "site" in p.name] == ["site"]


def test_without_an_exchange_of_directories_two_renamings_do(
    world: World, publish: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "_swapped", lambda *_paths: False)
    publish()
    opened(world, "manager", "supporter", title="次の事例")
    publish()
    assert "次の事例" in pages(tmp_path / "site")
    assert [p.name for p in tmp_path.iterdir() if "site" in p.name] == ["site"]


def test_a_new_version_goes_out_when_it_is_published(
    world: World,
    library: Library,  # noqa: F811
    publish: Any,
    tmp_path: Path,
) -> None:
    case = opened(world, "manager", "supporter")
    version = library.save(case, "supporter", lessons="新しい学び")
    publish()
    assert "新しい学び" not in pages(tmp_path / "site")
    world.write(submit_case, "manager", SubmitCase(case, version))
    world.write(publish_case, "supporter", OnVersion(case, version))
    publish()
    assert "新しい学び" in pages(tmp_path / "site")
