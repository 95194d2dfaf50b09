"""`cases publish`: a static, read-only site of the cases that are open to everybody, for the prefecture's own server.
Plain pages without scripts, addresses relative, so that any directory of any server will do."""

import ctypes
import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from hub.clock import japan_today
from hub.config import ROOT, StartupFault
from hub.db import Database
from hub.exchange.rows import Said, home_of, said_by
from hub.installation import is_demo
from hub.library.band_words import population_names
from hub.library.bands import POPULATION, UNKNOWN, band_of
from hub.library.bases import changed_bases_of
from hub.library.freshness import overdue
from hub.library.publicity import open_cases
from hub.library.wording import column_names, field_names, interval_words
from hub.text_urls import safe_url

PAGE, MARK, STYLE = 20, ".hub-site", "static/css/site/site.css"
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def publish_site(app: Flask, database: Database, target: Path) -> int:
    """Write the site beside `target` and put it in its place in one step; the number of cases. Raises StartupFault when
    the directory holds something that this command did not write."""
    target = target.absolute()
    if target.is_symlink() or (target.exists() and any(target.iterdir()) and not (target / MARK).exists()):
        raise StartupFault(f"{target} に、このコマンドが作ったのではないものがあります。空の場所を指定してください。")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        with database.read() as session, app.test_request_context(), force_locale("ja"):
            count = _write(app, session, made)
        _open_to_all(made)
        _replace(made, target)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return count


def _open_to_all(folder: Path) -> None:
    """A Web server reads it, whatever umask the command has."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _write(app: Flask, session: Session, folder: Path) -> int:
    cases = list(said_by(session, open_cases()))
    common = {"home": home_of(session), "demo": is_demo(session), "today": japan_today(), "names": field_names()}
    (folder / "cases").mkdir()
    (folder / MARK).write_text("made by `cases publish`: replaced as a whole each time\n", encoding="utf-8")
    shutil.copyfile(ROOT / STYLE, folder / "style.css")
    for said in cases:
        page = _rendered(app, "site/case.html", root="../", **_of_case(session, said), **common)
        (folder / "cases" / f"{said.case.id}.html").write_text(page, encoding="utf-8")
    fields = list(dict.fromkeys(name for said in cases for name in said.content.fields))
    counts = {name: sum(name in said.content.fields for said in cases) for name in fields}
    links = [(name, f"field-{n}.html", counts[name]) for n, name in enumerate(fields)]
    _write_list(app, folder, "index", "", cases, links, common)
    for name, address, _count in links:
        chosen = [said for said in cases if name in said.content.fields]
        _write_list(app, folder, address.removesuffix(".html"), name, chosen, links, common)
    return len(cases)


def _write_list(
    app: Flask,
    folder: Path,
    stem: str,
    field: str,
    cases: list[Said],
    links: list[tuple[str, str, int]],
    common: dict[str, Any],
) -> None:
    pages = max(1, -(-len(cases) // PAGE))
    addresses = [f"{stem}.html" if n == 0 else f"{stem}-{n + 1}.html" for n in range(pages)]
    for n, address in enumerate(addresses):
        rows = cases[n * PAGE : (n + 1) * PAGE]
        state = {"rows": rows, "field": field, "fields": links, "page": n, "addresses": addresses, "total": len(cases)}
        (folder / address).write_text(_rendered(app, "site/index.html", root="", **state, **common), encoding="utf-8")


def _of_case(session: Session, said: Said) -> dict[str, Any]:
    band = band_of(said.body.population, POPULATION)
    return {
        "case": said.case,
        "body": said.body,
        "content": said.content,
        "band": population_names()[UNKNOWN if band is None else str(band)],
        "columns": column_names(),
        "link": safe_url,
        "overdue": overdue(said.case, said.body, japan_today()),
        "interval": interval_words(said.case.confirm_every_months),
        "changed_bases": changed_bases_of(session, said.case.id),
    }


def _rendered(app: Flask, template: str, **values: Any) -> str:
    """Without what the hub's own pages are told of the reader: there is none."""
    return app.jinja_env.get_template(template).render(**values)


def _replace(made: Path, target: Path) -> None:
    """Readers see the old site or the new one. Where the system cannot swap two directories in one step (no Linux, or
    a file system without it), nothing is there for the moment between two renamings."""
    if not target.exists():
        made.rename(target)
    elif not _swapped(made, target):
        aside = made.with_name(f"{made.name}-old")
        target.rename(aside)
        made.rename(target)
        shutil.rmtree(aside)


def _swapped(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    done = rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    if done != 0 and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.EPERM):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    return bool(done == 0)
