"""Nothing goes out without the word of both sides for exactly this version and these readers: also not by an ending."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.errors import Conflict, Forbidden
from hub.exchange.site import publish_site
from hub.library.commands import ConfirmCase, EndCase, SettleContact
from hub.library.consents import Consents, consents_to
from hub.library.models import Case
from hub.library.publicity import OpenToPublic, open_to_public
from hub.library.publishing import publish_version
from hub.library.queries import get_case_for
from hub.library.services.published import confirm_case, end_case
from hub.library.services.workflow import approve_case, publish_case
from hub.library.services.writing import settle_contact
from tests.factories import World
from tests.library.conftest import Library

REASON = "担当が休職したのでやめました。"
SAID = "この取組は終了したと、回答がありました"
HUB = Path(__file__).parents[2] / "hub"


def end_by_contact(library: Library, world: World, case: int) -> None:
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    world.client("officer").post_form(f"/cases/{case}/confirm", answer="ended", reason=REASON)


def end_by(who: str) -> Any:
    return lambda library, world, case: world.write(end_case, who, EndCase(case, REASON))


def seen(world: World, case: int) -> str:
    """What readers see of it anywhere."""
    reader = world.client("foreign_officer")
    pages = (f"/cases/{case}", f"/cases/{case}/print", f"/cases/{case}/leader", f"/cases/{case}/versions", "/cases")
    return "\n".join(reader.get(page).text for page in pages)


@pytest.fixture
def site(app: Flask, world: World, tmp_path: Path) -> Any:
    def text() -> str:
        with app.test_request_context():
            publish_site(app, world.store, tmp_path / "site")
        return "\n".join(page.read_text() for page in (tmp_path / "site").rglob("*.html"))

    return text


@pytest.mark.parametrize("end", [end_by_contact, end_by("supporter"), end_by("lead"), end_by("manager")])
def test_the_reason_of_an_ending_waits_for_both_sides(library: Library, world: World, site: Any, end: Any) -> None:
    """That it was said stands before readers at once, in the hub's words; whoever said it, and what, waits."""
    case = library.published()
    for who in ("manager", "supporter"):
        world.write(open_to_public, who, OpenToPublic(case, True))
    end(library, world, case)
    for text in (seen(world, case), site()):
        assert REASON not in text
        assert SAID in text
    found = library.case(case)
    assert (found.status, found.published_version, found.version, found.stage) == ("review", 1, 2, "")
    if found.approved_version is None:
        with pytest.raises(Conflict):
            library.on(publish_case, case, "lead")
        library.on(approve_case, case, "manager")
    assert REASON not in seen(world, case)
    library.on(publish_case, case, "supporter")
    found = library.case(case)
    assert (found.status, found.stage, found.ended_reason) == ("ended", "終了", REASON)
    for text in (seen(world, case), site()):
        assert REASON in text
        assert SAID not in text


def test_an_ending_is_a_version_of_its_own(library: Library, world: World) -> None:
    """What was agreed to was another text, and what is being written does not ride along."""
    case = library.published(lessons="公開された文章")
    library.save(case, lessons="まだ同意のない文章")
    library.change(sa.update(Case).where(Case.id == case).values(status="review"))
    library.on(approve_case, case, "manager")
    world.write(end_case, "supporter", EndCase(case, REASON))
    found, content = library.case(case), library.content(case)
    assert (found.status, found.approved_version, content.stage) == ("review", None, "終了")
    assert (content.ended_reason, content.lessons) == (REASON, "公開された文章")


def test_an_ending_that_was_a_mistake_is_taken_back(library: Library, world: World) -> None:
    case = library.published()
    end_by_contact(library, world, case)
    with pytest.raises(Conflict):
        world.write(end_case, "lead", EndCase(case, "別の理由"))
    assert "/ending" in world.client("lead").get("/inbox").text
    version = library.case(case).version
    world.client("supporter").post_form(f"/cases/{case}/return", version=str(version), comment="続いているそうです。")
    world.write(confirm_case, "officer", ConfirmCase(case, "running"))
    assert SAID not in seen(world, case)
    assert "/ending" not in world.client("lead").get("/inbox").text


def test_what_the_dx_section_curates_alone_ends_at_once(library: Library, world: World) -> None:
    case = library.publish(library.draft("supporter", organisation=world.prefecture))
    world.write(end_case, "supporter", EndCase(case, REASON))
    assert library.case(case).status == "ended"
    assert REASON in seen(world, case)


def test_consents_are_not_made_by_hand(library: Library, world: World) -> None:
    case = library.draft()
    with pytest.raises(TypeError):
        Consents(case, 1, 1)
    with world.store.read() as session, pytest.raises(Conflict):
        consents_to(session, world.actor("lead"), get_case_for(session, world.actor("lead"), case))
    for who in ("officer", "manager"):
        with world.store.read() as session, pytest.raises(Forbidden):
            consents_to(session, world.actor(who), get_case_for(session, world.actor(who), case))


def test_consents_are_to_one_version_and_its_readers(library: Library, world: World) -> None:
    """Held against what is there at the moment of publication, be it changed past every service."""
    lead = world.actor("lead")
    case = library.draft()
    library.change(sa.update(Case).where(Case.id == case).values(status="review"))
    library.on(approve_case, case, "manager")
    with world.store.read() as session:
        consents = consents_to(session, lead, get_case_for(session, lead, case))
    assert consents.audience_id == library.case(case).owners_id
    library.save(case, lessons="nobody agreed to this")
    with world.store.transaction() as session, pytest.raises(Conflict):
        publish_version(session, session.get_one(Case, case), consents)
    library.change(sa.update(Case).where(Case.id == case).values(status="review"))
    library.on(approve_case, case, "manager")
    other = library.draft(title="別の事例")
    with world.store.transaction() as session:
        consents = consents_to(session, lead, get_case_for(session, lead, case))
        with pytest.raises(Conflict):
            publish_version(session, session.get_one(Case, other), consents)
    members = library.case(library.published()).audience_id
    library.change(sa.update(Case).where(Case.id == case).values(audience_id=members))
    with pytest.raises(Conflict):
        library.on(publish_case, case, "lead")


def writers_of(name: str) -> Iterator[tuple[str, int]]:
    """Where an attribute or a column of this name is given a value that is no None."""
    for path in sorted(HUB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
            gives = any(isinstance(t, ast.Attribute) and t.attr == name for t in flat)
            keyword = isinstance(node, ast.keyword) and node.arg == name
            value = getattr(node, "value", None)
            values = value.elts if isinstance(value, ast.Tuple) else [value]
            at = [isinstance(t, ast.Attribute) and t.attr == name for t in flat]
            given = [v for here, v in zip(at, values, strict=False) if here] if gives else [value]
            empty = all(isinstance(v, ast.Constant) and v.value is None for v in given)
            if (gives or keyword) and not empty:
                yield str(path.relative_to(HUB)), node.lineno


def test_one_place_publishes() -> None:
    """And it takes consents: a second one would be a back door."""
    for column in ("published_version", "published_at"):
        places = {path for path, _line in writers_of(column)}
        allowed = {"library/publishing.py"} | (
            {"library/services/collecting.py"} if column == "published_at" else set()
        )
        assert "library/publishing.py" in places
        assert places <= allowed, places
