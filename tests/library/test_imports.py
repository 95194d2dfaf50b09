"""The import: nothing lost, nothing doubled, every fault in words, all or nothing."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from openpyxl import Workbook

from hub.config import ROOT
from hub.errors import Conflict
from hub.library.commands import ShareCase, WithdrawCase
from hub.library.content import content_of
from hub.library.import_bodies import kind_of
from hub.library.models import Case, CaseBasis, CaseField, CaseTag, CaseVersion, Publicity
from hub.library.records import COLUMNS
from hub.library.services.published import share_case, withdraw_case
from hub.library.services.workflow import approve_case, publish_case
from hub.people.models import Organisation
from hub.rooms.services import create_circle, ensure_member
from tests.factories import World
from tests.library.conftest import Library

DEMO = ROOT / "hub/demo/data/cases.jsonl"
ROW = {"id": "a", "title": "題名", "organisation": "北見市", "organisation_code": "012084", "approach": "した。"}


@pytest.fixture
def run(app: Flask) -> Any:
    def run(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=["hub", "cases", "import", "--new-organisations", *map(str, words)])

    return run


def taken(result: Result) -> dict[str, int]:
    """What became of the rows; what became of none is left out."""
    assert result.exit_code == 0, result.output
    return {name: n for name, n in json.loads(result.stdout).items() if n}


def written(tmp_path: Path, *rows: dict[str, Any]) -> Path:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return file


def count(world: World, model: type[Any] = Case) -> int:
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def values(thing: Any) -> set[str]:
    """Every value of a nested thing, as text."""
    if isinstance(thing, dict):
        return set().union(*map(values, thing.values()))
    if isinstance(thing, list):
        return set().union(*map(values, thing))
    return set() if thing in (None, "") else {str(thing)}


def test_the_81_cases_come_in_without_loss_and_only_once(run: Any, world: World) -> None:
    assert taken(run(DEMO, "--publish", "--json")) == {"new": 81}
    assert taken(run(DEMO, "--publish", "--json")) == {"same": 81}
    rows = {row["id"]: row for row in map(json.loads, DEMO.read_text(encoding="utf-8").splitlines())}
    with world.store.read() as session:
        query = (
            sa.select(Case, Organisation, CaseVersion.content)
            .join(Organisation, Organisation.id == Case.organisation_id)
            .join(CaseVersion, sa.and_(CaseVersion.case_id == Case.id, CaseVersion.number == Case.published_version))
        )
        for case, body, content in session.execute(query):
            about = {body.name, body.code, body.district, case.source_key}
            lost = values(rows[case.source_key]) - values(content) - about
            assert lost <= {rows[case.source_key]["prefecture"]}  # a member's is known
            assert content_of(content).summary
            assert (body.member, case.last_confirmed_on) == (body.name == "群馬県", None)
    assert (count(world), count(world, CaseVersion), count(world, CaseField)) == (81, 81, 81)


def test_many_rows_are_written_together(run: Any, world: World, tmp_path: Path) -> None:
    seen: list[str] = []
    sa.event.listen(world.store.engine, "before_cursor_execute", lambda *event: seen.append(event[2]))
    rows = [ROW | {"id": str(n), "tags": [f"札{n}"], "bases": [{"name": f"法{n}"}]} for n in range(300)]
    assert run(written(tmp_path, *rows), "--publish", "--json").stdout.startswith('{"new": 300')
    assert len(seen) < 2 * len(rows)
    assert count(world, CaseTag) == count(world, CaseBasis) == 300


def test_a_rehearsal_writes_nothing(run: Any, world: World) -> None:
    result = run(DEMO, "--dry-run")
    assert result.stdout == "new=81 changed=0 same=0 kept=0 agreed=0 waiting=0\n"
    assert "81 / 81" in result.stderr
    assert count(world) == 0


def test_without_publish_they_are_drafts_of_the_dx_section(run: Any, world: World, tmp_path: Path) -> None:
    run(written(tmp_path, ROW))
    with world.store.read() as session:
        case = session.scalars(sa.select(Case)).one()
        assert (case.status, case.published_version, case.owners_id) == ("draft", None, case.audience_id)
        assert case.owners_id not in world.actor("officer").audience_ids
        assert case.owners_id in world.actor("supporter").audience_ids


def test_every_fault_is_told_and_nothing_is_written(run: Any, world: World, tmp_path: Path) -> None:
    rows = [
        ROW,
        ROW | {"title": "別の題名"},
        {"id": "b"},
        ROW | {"id": "c", "stage": "完了", "field": "ない分野", "started_on": "2024"},
        ROW | {"id": "d", "effects": [{"metric": "x" * 301}], "colour": "青"},
        ROW | {"id": "e", "organisation_code": "12", "tags": {"a": 1}, "cost_initial": -1},
        ROW | {"id": "f", "documents": [{"name": "罠", "url": "javascript:alert(1)"}]},
        ROW | {"id": "g", "approach": "半分\ud800"},
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)) + "\n{ こわれた\n[]\n", encoding="utf-8")
    result = run(file)
    assert result.exit_code == 1
    lines = {n: [fault for fault in result.stderr.splitlines() if fault.startswith(f"{n}行目")] for n in range(1, 11)}
    assert [n for n, faults in lines.items() if not faults] == [1]
    assert "同じid（a）" in lines[2][0]
    assert any("段階" in fault for fault in lines[4])
    assert any("対応していない列があります：colour" in fault for fault in lines[5])
    assert any("JSONとして読めません" in fault for fault in lines[9])
    assert "Traceback" not in result.output
    assert (count(world), result.stdout) == (0, "")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"null", b'{"id": "a"}', b"[" * 5000])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.xlsx", "a.pdf"])
def test_a_file_that_is_none_is_refused_in_words(run: Any, tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = run(file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip()
    assert "Traceback" not in result.output


def test_a_changed_row_is_a_new_version_and_what_people_edited_is_kept(
    run: Any, world: World, library: Library, tmp_path: Path
) -> None:
    run(written(tmp_path, ROW), "--publish")
    assert "changed=1" in run(written(tmp_path, ROW | {"lessons": "学び"}), "--publish").stdout
    with world.store.read() as session:
        case = session.scalars(sa.select(Case.id)).one()
    assert library.case(case).published_version == 2
    library.save(case, "supporter", lessons="人が直した学び")
    assert "kept=1" in run(written(tmp_path, ROW | {"lessons": "別の学び"}), "--publish").stdout
    assert library.content(case).lessons == "人が直した学び"


OURS = ROW | {"organisation": "吉岡町", "organisation_code": "103454"}
HIS_CHANGE = {"approach": "変えた。"}


def agreed_and_out(world: World, library: Library, case_id: int, who: str = "supporter") -> None:
    library.on(approve_case, case_id, "manager")
    library.on(publish_case, case_id, who)


def ids(world: World) -> list[int]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Case.id).order_by(Case.id)))


def test_cases_of_member_towns_wait_for_their_manager(run: Any, world: World, library: Library, tmp_path: Path) -> None:
    """New ones and changed ones; what is out stays as it is meanwhile. Outsiders' cases go out."""
    file = written(tmp_path, OURS, ROW | {"id": "b", "title": "よその事例"})
    assert taken(run(file, "--publish", "--json")) == {"new": 2, "waiting": 1}
    ours, theirs = ids(world)
    reader, manager = world.client("foreign_officer"), world.client("manager")
    assert [reader.get(f"/cases/{id_}").status_code for id_ in (ours, theirs)] == [404, 200]
    assert library.case(ours).status == "review"
    with pytest.raises(Conflict):
        library.on(publish_case, ours, "supporter")
    assert f"/cases/{ours}?version=1" in manager.get("/").text
    agreed_and_out(world, library, ours)
    assert reader.get(f"/cases/{ours}").status_code == 200  # all members, as the import meant it
    assert taken(run(written(tmp_path, OURS | HIS_CHANGE), "--publish", "--json")) == {"changed": 1, "waiting": 1}
    assert "変えた。" not in reader.text_of(f"/cases/{ours}")
    agreed_and_out(world, library, ours)
    assert "変えた。" in reader.text_of(f"/cases/{ours}")


def test_what_the_manager_agreed_to_goes_out_with_the_next_import(
    run: Any, world: World, library: Library, tmp_path: Path
) -> None:
    """For exactly this text: a row that says something else is a new version, and waits again."""
    file = written(tmp_path, OURS)
    assert taken(run(file, "--publish", "--json")) == {"new": 1, "waiting": 1}
    assert taken(run(file, "--publish", "--json")) == {"same": 1}
    (case,) = ids(world)
    library.on(approve_case, case, "manager")
    assert taken(run(file, "--json")) == {"same": 1}
    changed = written(tmp_path, OURS | HIS_CHANGE)
    assert taken(run(changed, "--publish", "--dry-run", "--json")) == {"changed": 1, "waiting": 1}
    assert taken(run(written(tmp_path, OURS), "--publish", "--json")) == {"agreed": 1}
    assert library.case(case).published_version == 1
    assert taken(run(written(tmp_path, OURS), "--publish", "--json")) == {"same": 1}


def test_a_file_neither_widens_nor_brings_back_what_people_closed(
    run: Any, world: World, library: Library, tmp_path: Path
) -> None:
    second = OURS | {"id": "b", "title": "二つ目"}
    assert run(written(tmp_path, OURS, second), "--publish").exit_code == 0
    narrowed, withdrawn = ids(world)
    for case in (narrowed, withdrawn):
        agreed_and_out(world, library, case)
    world.write(share_case, "manager", ShareCase(narrowed, "town"))
    world.write(withdraw_case, "manager", WithdrawCase(withdrawn))
    rows = [OURS | HIS_CHANGE | {"audience": "members"}, second | HIS_CHANGE | {"audience": ["members"]}]
    assert taken(run(written(tmp_path, *rows), "--publish", "--json")) == {"changed": 1, "kept": 1, "waiting": 1}
    agreed_and_out(world, library, narrowed)
    reader = world.client("foreign_officer")
    assert [reader.get(f"/cases/{id_}").status_code for id_ in (narrowed, withdrawn)] == [404, 410]
    assert library.case(withdrawn).status == "withdrawn"


def test_a_version_of_a_file_that_is_not_published_needs_its_consents(
    run: Any, world: World, library: Library, tmp_path: Path
) -> None:
    run(written(tmp_path, OURS), "--publish")
    agreed_and_out(world, library, *ids(world))
    run(written(tmp_path, OURS | HIS_CHANGE))
    case = only_case(world)
    assert (case.status, case.version, case.published_version) == ("draft", 2, 1)
    with pytest.raises(Conflict):
        library.on(publish_case, case.id, "supporter")


def test_a_row_says_for_whom_it_is(run: Any, world: World, library: Library, tmp_path: Path) -> None:
    with world.store.transaction() as session:
        create_circle(session, "窓口研究会", "", [world.town])
        create_circle(session, "よその研究会", "", [world.foreign_town])
    named = {"bodies": ["榛東村"], "circle": "circle:窓口研究会", "dx": "dx", "town": ["town"], "public": "public"}
    rows = [OURS | {"id": id_, "title": id_, "audience": cell} for id_, cell in named.items()]
    rows += [ROW | {"id": "outside", "title": "outside", "audience": "榛東村\n吉岡町".split()}, ROW | {"id": "silent"}]
    run(written(tmp_path, *rows), "--publish")
    for case in ids(world)[:5]:
        agreed_and_out(world, library, case)
    titles = [t for t in [*named, "outside"] if any(library.case(c).title == t for c in ids(world))]
    seen = {who: "".join(world.client(who).get("/cases").text) for who in ("foreign_officer", "officer")}
    assert [t for t in titles if f">{t}<" in seen["foreign_officer"]] == ["bodies", "public", "outside"]
    assert [t for t in titles if f">{t}<" in seen["officer"]] == titles
    with world.store.read() as session:
        assert not session.execute(sa.select(Publicity)).all()  # a file brings nobody's word for 一般公開
    circles = ("circle:よその研究会", "circle:ない研究会", "circle:")
    for wrong in ("everyone", ["榛東村", "中之条町"], *circles, "吉岡町", {"a": 1}, 5, [["dx"]]):
        result = run(written(tmp_path, OURS | {"id": "z", "audience": wrong}), "--publish")
        assert (result.exit_code, "audience" in result.stderr) == (1, True), wrong
    assert run(written(tmp_path, ROW | {"id": "y", "audience": "town"})).exit_code == 1  # no municipality of ours


def only_case(world: World) -> Case:
    with world.store.read() as session:
        return session.scalars(sa.select(Case)).one()


@pytest.mark.parametrize("first", ["name", "code"])
def test_a_town_that_has_no_code_yet_is_asked_for_every_row_that_means_it(
    run: Any, world: World, library: Library, tmp_path: Path, first: str
) -> None:
    """One row gives the code under its name, another knows it by that code alone; in whichever order."""
    with world.store.transaction() as session:
        body = Organisation(name="中之条町", kind="町", member=True, mail_domains=[])
        session.add(body)
        session.flush()
        ensure_member(session, body)
    rows = [
        ROW | {"id": "a", "organisation": "中之条町", "organisation_code": "104213"},
        ROW | {"id": "b", "organisation": "群馬県中之条町", "organisation_code": "104213", "audience": "town"},
    ]
    file = written(tmp_path, *(rows if first == "name" else reversed(rows)))
    expected = {"new": 2, "waiting": 2}
    assert taken(run(file, "--publish", "--dry-run", "--json")) == expected
    assert taken(run(file, "--publish", "--json")) == expected
    with world.store.read() as session:
        assert (
            session.execute(
                sa.select(Case.status, Organisation.name).join_from(
                    Case, Organisation, Organisation.id == Case.organisation_id
                )
            ).all()
            == [("review", "中之条町")] * 2
        )
        assert session.scalars(sa.select(Organisation.code).where(Organisation.name == "中之条町")).all() == ["104213"]


def test_of_circles_of_one_name_the_one_with_the_town_is_meant(
    run: Any, world: World, library: Library, tmp_path: Path
) -> None:
    with world.store.transaction() as session:
        theirs, ours = (create_circle(session, "窓口研究会", "", [town]) for town in (world.foreign_town, world.town))
        audiences = theirs.audience_id, ours.audience_id
    row = OURS | {"audience": "circle:窓口研究会"}
    assert taken(run(written(tmp_path, row), "--publish", "--json")) == {"new": 1, "waiting": 1}
    assert only_case(world).audience_id == audiences[1]
    refused = run(written(tmp_path, ROW | {"id": "z", "audience": "circle:窓口研究会"}))
    assert (refused.exit_code, "同じ名前の研究会が、いくつもあります" in refused.stderr) == (1, True)


def test_what_a_file_says_of_readers_counts_as_chosen(run: Any, world: World, library: Library, tmp_path: Path) -> None:
    run(written(tmp_path, OURS | {"audience": "town"}, OURS | {"id": "silent"}), "--publish")
    assert [library.case(id_).readers_chosen for id_ in ids(world)] == [True, False]


@pytest.mark.parametrize(("said", "months"), [(3, 3), ("24", 24), ("", 6), (None, 6)])
def test_a_row_says_how_often_the_case_is_to_be_confirmed(
    run: Any, world: World, tmp_path: Path, said: Any, months: int
) -> None:
    run(written(tmp_path, OURS | {"confirm_every_months": said}), "--publish")
    assert only_case(world).confirm_every_months == months
    run(written(tmp_path, OURS | HIS_CHANGE | {"confirm_every_months": 12}), "--publish")
    assert only_case(world).confirm_every_months == months  # what people see beside the case is theirs to change


@pytest.mark.parametrize("said", [0, 5, -6, True, 6.5, "半年", [6], {"months": 6}])
def test_another_interval_is_told(run: Any, world: World, tmp_path: Path, said: Any) -> None:
    refused = run(written(tmp_path, OURS | {"confirm_every_months": said}))
    assert (refused.exit_code, "3、6、12、24" in refused.stderr) == (1, True)
    assert count(world) == 0


def test_bodies_are_told_apart_by_their_code(run: Any, world: World, tmp_path: Path) -> None:
    places = (("132063", "東京都"), ("342084", "広島県"), ("132063", "東京都"))
    fuchu = ROW | {"organisation": "府中市"}
    same = [fuchu | {"id": str(n), "organisation_code": c, "prefecture": p} for n, (c, p) in enumerate(places)]
    run(written(tmp_path, *same))
    with world.store.read() as session:
        query = sa.select(Organisation.name).where(Organisation.name.like("府中市%")).order_by(Organisation.id)
        names = session.scalars(query).all()
    assert names == ["府中市", "府中市(広島県)"]
    assert [kind_of(n) for n in ("北海道", "大阪府", "京都市", "港区", "観光協会")] == [
        "県",
        "県",
        "市",
        "市",
        "その他",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_tables_of_spreadsheets(run: Any, world: World, library: Library, tmp_path: Path, suffix: str) -> None:
    row = {**dict.fromkeys(sorted(COLUMNS), ""), **ROW}
    row |= {"tags": "LINE\n予約", "effects": "待ち時間|-54|%|2024年度\n件数|36|件|||62307", "cost_initial": "1,958,000"}
    file = tmp_path / f"cases{suffix}"
    if suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([row.keys(), row.values()])
    else:
        book = Workbook()
        for line in (row.keys(), row.values()):
            book.active.append(list(line))
        book.save(file)
    assert run(file).exit_code == 0
    with world.store.read() as session:
        content = library.content(session.scalars(sa.select(Case.id)).one())
    assert content.tags == ("LINE", "予約")
    said = [(e.metric, e.before, e.value, e.unit) for e in content.effects]
    assert said == [("待ち時間", "", "-54", "%"), ("件数", "62307", "36", "件")]
    assert content.cost_initial == 1_958_000
