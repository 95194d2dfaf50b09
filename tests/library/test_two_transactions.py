"""An import and a person who meet at one case. Only PostgreSQL lets them; on SQLite the second waits."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hub.library import import_fates, imports
from hub.library.import_rows import checked_rows, known
from hub.library.models import Case, CaseVersion
from hub.library.records import read_records
from tests.factories import World
from tests.library.conftest import Library
from tests.library.test_imports import ROW, written

WAITS_S, ENDS_S = 0.5, 10


def put(world: World, path: Path) -> imports.Taken:
    with world.app.app_context(), world.app.test_request_context(), world.store.transaction() as session:
        rows = checked_rows(read_records(path), known(session)).rows
        return imports.put_rows(session, rows, publish=True, progress=lambda _line: None)


def test_who_edits_a_case_while_a_file_changes_it_comes_after_the_file(
    world: World, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail without the lock: the person's version was saved in the midst."""
    put(world, written(tmp_path, ROW))
    with world.store.read() as session:
        case_id = session.scalars(sa.select(Case.id)).one()
    named, saved, begun = import_fates.all_as_named_now, [], []

    def meanwhile(*args: Any) -> Any:
        """What the file's row would become is decided and not yet written."""
        if not begun:
            save = {"base": 1, "lessons": "人が直した学び"}
            begun.append(threading.Thread(target=lambda: saved.append(library.save(case_id, "supporter", **save))))
            begun[0].start()
            begun[0].join(WAITS_S)
            assert begun[0].is_alive()
        return named(*args)

    monkeypatch.setattr(import_fates, "all_as_named_now", meanwhile)
    assert put(world, written(tmp_path, ROW | {"next": "次の一歩"})).changed == 1
    begun[0].join(ENDS_S)
    assert saved == [3]
    assert (library.content(case_id).lessons, library.content(case_id).next) == ("人が直した学び", "次の一歩")
    with world.store.read() as session:
        assert session.scalars(sa.select(CaseVersion.number).order_by(CaseVersion.number)).all() == [1, 2, 3]


def test_two_files_with_the_same_row_add_it_once(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both find that it is new before either writes; one of them is refused as a whole. Seen to fail without the unique
    key."""
    put(world, written(tmp_path, ROW | {"id": "b"}))  # so that the town is there
    file, fates_of, both = written(tmp_path, ROW), imports.fates_of, threading.Barrier(2, timeout=ENDS_S)

    def both_new(*args: Any, **more: Any) -> Any:
        found = fates_of(*args, **more)
        both.wait()
        return found

    monkeypatch.setattr(imports, "fates_of", both_new)
    with ThreadPoolExecutor(2) as people:
        ends = [person.exception(ENDS_S) for person in [people.submit(put, world, file) for _ in range(2)]]
    assert sorted(type(end).__name__ for end in ends) == ["IntegrityError", "NoneType"]
    with world.store.read() as session:
        assert session.scalars(sa.select(sa.func.count(Case.id))).one() == 2
