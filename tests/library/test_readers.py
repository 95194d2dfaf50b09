"""Who reads a case: all members, chosen municipalities, a circle, the town, the DX section, everybody; and what of
these is wider than what."""

import pytest
import sqlalchemy as sa

from hub.audiences.models import Audience, Grant
from hub.errors import Conflict, Forbidden, NotFound, ValidationFailed
from hub.library.commands import ApproveCase, AskAboutCase, ShareCase
from hub.library.models import Publicity
from hub.library.services.asking import ask_about_case
from hub.library.services.published import share_case
from hub.library.services.workflow import approve_case, publish_case, submit_case
from hub.people.models import Organisation
from hub.records.models import AuditEntry
from hub.rooms.commands import Admit, AdmitGuest
from hub.rooms.guests import admit_guest
from hub.rooms.models import Room
from hub.rooms.services import create_circle, ensure_member
from hub.rooms.steering import admit
from tests.factories import Socket, World
from tests.library.conftest import Library
from tests.library.test_pages import shown
from tests.search.finding import index


@pytest.fixture
def third(world: World) -> int:
    """A municipality that takes part and has nobody yet."""
    with world.store.transaction() as session:
        body = Organisation(name="中之条町", kind="町", member=True, mail_domains=[])
        session.add(body)
        session.flush()
        ensure_member(session, body)
        return body.id


def circle(world: World, name: str, *bodies: int) -> int:
    with world.store.transaction() as session:
        return create_circle(session, name, "", bodies).id


def share(world: World, who: str, case: int, audience: str, *bodies: int) -> None:
    world.write(share_case, who, ShareCase(case, audience, " ".join(map(str, bodies))))


def sees(world: World, case: int, who: str) -> bool:
    """By every door: page, list with its count, search, export."""
    browser = world.client(who)
    doors = [
        browser.get(f"/cases/{case}").status_code == 200,
        case in shown(browser, "/cases"),
        case in shown(browser, "/cases?q=書かない窓口"),
        "1件" in browser.text_of("/cases"),
        [row["title"] for row in browser.get_json("/cases/export?format=json").json] == ["書かない窓口"],
    ]
    assert len(set(doors)) == 1, doors
    return doors[0]


def test_chosen_municipalities_read_and_nobody_else(library: Library, world: World, third: int) -> None:
    case = library.published()
    share(world, "manager", case, "bodies", third)
    index(world)
    assert [sees(world, case, who) for who in ("foreign_officer", "officer", "supporter")] == [False, True, True]
    share(world, "manager", case, "bodies", third, world.foreign_town)
    index(world)
    assert sees(world, case, "foreign_officer")
    assert not sees(world, case, "guest")
    page = world.client("manager").text_of(f"/cases/{case}")
    assert "選んだ市町村（榛東村、中之条町）" in page or "選んだ市町村（中之条町、榛東村）" in page


def test_the_same_choice_is_the_same_audience_and_never_changes(library: Library, world: World, third: int) -> None:
    one, two = library.published(), library.published(title="別の事例")
    for case in (one, two):
        share(world, "manager", case, "bodies", world.foreign_town, third)
    assert library.case(one).audience_id == library.case(two).audience_id
    share(world, "manager", one, "bodies", third)
    assert library.case(one).audience_id != library.case(two).audience_id
    with world.store.read() as session:
        granted = session.scalars(sa.select(Grant.organisation_id).filter_by(audience_id=library.case(two).audience_id))
        assert {*granted} == {world.town, world.foreign_town, third, None}  # with the DX section


@pytest.mark.parametrize(
    ("audience", "bodies"),
    [("bodies", ()), ("bodies", ("own",)), ("bodies", ("prefecture",)), ("bodies", (999_999,)), ("circle:999", ())],
)
def test_what_cannot_be_chosen_is_refused(library: Library, world: World, audience: str, bodies: tuple[str]) -> None:
    case = library.draft()
    ids = [{"own": world.town, "prefecture": world.prefecture}.get(name, name) for name in bodies]
    for form in ({"audience": "everyone"}, {"audience": audience, "bodies": [str(i) for i in ids]}):
        answer = world.client("manager").post_form(f"/cases/{case}/share", **form)
        assert answer.status_code == 422, form
    assert library.case(case).audience_id == library.case(case).owners_id


def test_marked_municipalities_are_never_overheard(library: Library, world: World) -> None:
    """Whoever marks some and leaves 「参加する全団体」 is asked, not believed."""
    case, manager = library.published(), world.client("manager")
    share(world, "manager", case, "town")
    town = str(world.foreign_town)
    answer = manager.post_form(f"/cases/{case}/share", audience="members", bodies=town)
    assert answer.status_code == 422
    assert "市町村にチェックが付いています" in answer.text
    assert f'name="bodies" value="{town}" checked' in " ".join(answer.text.split())
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 404
    assert manager.post_form(f"/cases/{case}/share", audience="bodies", bodies=town).status_code == 303
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 200
    assert manager.post_form(f"/cases/{case}/share", audience="members", bodies=town).status_code == 303  # as they were


def test_a_circle_reads_and_whoever_comes_to_it_and_goes(library: Library, world: World, third: int) -> None:
    room, case = circle(world, "窓口研究会", world.town, third), library.published()
    share(world, "manager", case, f"circle:{room}")
    index(world)
    assert [sees(world, case, who) for who in ("foreign_officer", "officer", "lead")] == [False, True, True]
    world.write(admit, "supporter", Admit(room, world.foreign_town, True))
    index(world)
    assert sees(world, case, "foreign_officer")
    world.write(admit, "supporter", Admit(room, world.foreign_town, False))
    index(world)
    assert not sees(world, case, "foreign_officer")
    assert "研究会「窓口研究会」" in world.client("manager").text_of(f"/cases/{case}")


def test_a_circle_can_be_chosen_by_those_who_are_in_it(library: Library, world: World, third: int) -> None:
    case, others = library.draft(), circle(world, "よその研究会", world.foreign_town, third)
    mine = circle(world, "窓口研究会", world.town)
    for who in ("officer", "manager", "supporter"):  # the case's own town would not read its questions
        with pytest.raises(ValidationFailed):
            share(world, who, case, f"circle:{others}")
        page = world.client(who).get(f"/cases/{case}").text
        assert (f"circle:{mine}" in page, f"circle:{others}" in page) == (True, False)
    outside = library.draft("supporter", organisation=world.prefecture)
    share(world, "supporter", outside, f"circle:{others}")
    for wrong in (world.room, world.commons):
        with pytest.raises(ValidationFailed):
            share(world, "supporter", outside, f"circle:{wrong}")


def test_a_town_that_leaves_the_circle_takes_its_cases_along(library: Library, world: World, third: int) -> None:
    room = circle(world, "窓口研究会", world.town, world.foreign_town)
    case = library.published()
    share(world, "manager", case, f"circle:{room}")
    world.write(ask_about_case, "foreign_officer", AskAboutCase(case, "費用は。", world.new_id()))
    index(world)
    assert sees(world, case, "foreign_officer")
    world.write(admit, "supporter", Admit(room, world.town, False))
    index(world)
    assert [sees(world, case, who) for who in ("foreign_officer", "officer")] == [False, True]
    with world.store.read() as session:
        asked = session.get_one(Room, library.case(case).room_id)
        assert asked.audience_id == library.case(case).owners_id
        shared = sa.select(AuditEntry.detail).where(AuditEntry.action == "case.shared")
        details = session.scalars(shared.order_by(AuditEntry.id)).all()
    assert details[-1] == {"audience": "town"}


def test_narrowing_to_some_cuts_the_room_and_its_sockets(library: Library, world: World, third: int) -> None:
    case = library.published()
    asked = world.write(ask_about_case, "foreign_officer", AskAboutCase(case, "費用は。", world.new_id())).data
    room = library.case(case).room_id
    reader = Socket(world.client("foreign_officer"))
    assert reader.open(f"room:{room}")["data"]["refused"] == []
    share(world, "supporter", case, "bodies", third)
    with world.app.app_context():
        world.app.extensions["hub.watcher"].tick()
    assert {"stream": f"room:{room}"} in reader.received("feed:closed")
    for who, status in (("foreign_officer", 404), ("officer", 200), ("supporter", 200)):
        assert world.client(who).get(f"/threads/{asked['thread_id']}").status_code == status, who


def test_wider_is_who_would_be_added(library: Library, world: World, third: int) -> None:
    """The DX section narrows what is out and widens nothing: decided by the readers, not by the kind of choice. What
    can grow by itself (all members, a circle) is wider than what cannot, be it the same bodies today."""
    foreign, case = world.foreign_town, library.published()
    all_three = f"circle:{circle(world, '三者', world.town, foreign, third)}"
    pair = f"circle:{circle(world, '二者', world.town, foreign)}"
    sets: dict[tuple[str, tuple[int, ...]], set[int]] = {
        ("members", ()): {foreign, third},
        (all_three, ()): {foreign, third},
        (pair, ()): {foreign},
        ("bodies", (foreign, third)): {foreign, third},
        ("bodies", (foreign,)): {foreign},
        ("bodies", (third,)): {third},
        ("town", ()): set(),
        ("dx", ()): set(),  # the town reads its own in any case
    }
    for start, before in sets.items():
        for to, after in sets.items():
            share(world, "manager", case, start[0], *start[1])
            old = library.case(case).audience_id
            grows = to[0] == "members" or to[0].startswith("circle")
            if start == to or (after <= before and not grows):
                share(world, "supporter", case, to[0], *to[1])
                continue
            with pytest.raises(ValidationFailed):
                share(world, "supporter", case, to[0], *to[1])
            assert library.case(case).audience_id == old, (start, to)


def test_a_circle_is_wider_than_all_members_for_it_can_take_in_guests(library: Library, world: World) -> None:
    """The DX section admits guests to circles: it must not lead a town's case there."""
    case, room = library.published(), circle(world, "窓口研究会", world.town, world.foreign_town)
    with pytest.raises(ValidationFailed):
        share(world, "supporter", case, f"circle:{room}")
    world.write(admit_guest, "supporter", AdmitGuest(room, world.guest, True))
    assert world.client("guest").get(f"/cases/{case}").status_code == 404
    share(world, "manager", case, f"circle:{room}")  # the town's word is for its guests too
    assert world.client("guest").get(f"/cases/{case}").status_code == 200


def test_the_audit_says_to_which_readers_the_town_agreed(library: Library, world: World, third: int) -> None:
    case, foreign = library.draft(), world.foreign_town
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, 1, "bodies", f"{foreign} {third}"))
    world.write(approve_case, "manager", ApproveCase(case, 1))
    world.write(approve_case, "manager", ApproveCase(case, 1, "public"))
    world.write(share_case, "manager", ShareCase(case, "bodies", f"{foreign} words {foreign} {world.town}"))
    share(world, "manager", case, "town")
    both, one = {"audience": "bodies", "bodies": sorted((foreign, third))}, {"audience": "bodies", "bodies": [foreign]}
    assert said(world, "case.approved") == [both, both, {"audience": "public"}]
    assert said(world, "case.shared") == [one, {"audience": "town"}]


def test_what_is_set_can_be_saved_and_agreed_to_as_it_is(library: Library, world: World) -> None:
    """Also a circle that was closed meanwhile, and by an officer what only the manager could choose."""
    case, room = library.draft(), circle(world, "窓口研究会", world.town)
    share(world, "officer", case, f"circle:{room}")
    library.on(submit_case, case, "officer")
    library.change(sa.update(Room).where(Room.id == room).values(archived_at=library.case(case).created_at))
    form = {"version": "1", "audience": f"circle:{room}"}
    assert world.client("manager").post_form(f"/cases/{case}/approve", **form).status_code == 303
    world.write(approve_case, "manager", ApproveCase(case, 1, "public"))
    before = library.case(case), len(said(world, "case.shared"))
    assert world.client("officer").post_form(f"/cases/{case}/share", audience="public").status_code == 303
    after = library.case(case), len(said(world, "case.shared"))
    assert (publicities(world), before[1], before[0].approved_version) == (1, after[1], after[0].approved_version)
    with pytest.raises(ValidationFailed):
        share(world, "manager", case, f"circle:{room}")  # closed, and no longer what is set


def test_a_number_without_end_is_no_municipality(library: Library, world: World) -> None:
    case = library.draft()
    for bodies in ("1" * 5_000, "1" * 19, "0"):
        answer = world.client("officer").post_form(f"/cases/{case}/share", audience="bodies", bodies=bodies)
        assert answer.status_code == 422, bodies[:20]


def said(world: World, action: str) -> list[dict[str, object]]:
    with world.store.read() as session:
        query = sa.select(AuditEntry.detail).where(AuditEntry.action == action)
        return [*session.scalars(query.order_by(AuditEntry.id))]


def test_a_guest_of_a_circle_is_a_reader_too(library: Library, world: World) -> None:
    case = library.published()
    plain, guested = circle(world, "町だけ", world.town), circle(world, "客のいる研究会", world.town)
    with world.store.transaction() as session:
        audience = session.get_one(Audience, session.get_one(Room, guested).audience_id)
        session.add(Grant(audience_id=audience.id, staff_id=world.guest))
    share(world, "manager", case, f"circle:{plain}")
    with pytest.raises(ValidationFailed):
        share(world, "lead", case, f"circle:{guested}")
    with pytest.raises(ValidationFailed):
        share(world, "lead", case, "members")


def test_consent_is_to_the_text_and_to_its_readers(library: Library, world: World, third: int) -> None:
    case, foreign = library.draft(), world.foreign_town
    share(world, "officer", case, "bodies", third)  # for whom the writer means it
    library.on(submit_case, case, "officer")
    going = world.client("manager").text_of(f"/cases/{case}/outgoing")
    assert "中之条町の職員" in going
    assert "榛東村の職員" not in going
    library.on(approve_case, case, "manager")
    for who in ("officer", "supporter"):
        share(world, who, case, "bodies", third, foreign)
        with pytest.raises(Conflict):
            library.on(publish_case, case, "supporter")
        world.write(approve_case, "manager", ApproveCase(case, 1, "bodies", str(third)))
    share(world, "supporter", case, "dx")  # fewer than were agreed to
    library.on(publish_case, case, "supporter")
    for who in ("officer", "foreign_officer"):
        with pytest.raises((Forbidden, NotFound)):
            share(world, who, case, "town")


def test_a_manager_agrees_on_the_page_to_the_readers_that_are_shown(library: Library, world: World, third: int) -> None:
    case, manager = library.draft(), world.client("manager")
    library.on(submit_case, case, "officer")
    page = manager.get(f"/cases/{case}").text
    form = page.partition(f'action="/cases/{case}/approve"')[2].partition("</form>")[0]
    assert all(words in form for words in ("参加する全団体", "選んだ市町村", "一般公開", "中之条町", 'name="bodies"'))
    refused = manager.post_form(f"/cases/{case}/approve", version="1", audience="bodies")
    assert (refused.status_code, library.case(case).approved_version) == (422, None)
    marks = [str(third), str(world.foreign_town)]
    assert manager.post_form(f"/cases/{case}/approve", version="1", audience="bodies", bodies=marks).status_code == 303
    library.on(publish_case, case, "supporter")
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 200


def test_everybody_is_all_members_and_the_word_of_both_sides(library: Library, world: World) -> None:
    case = library.draft()
    with pytest.raises(Forbidden):
        share(world, "officer", case, "public")
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, 1, "public"))
    library.on(publish_case, case, "supporter")
    assert "一般公開（県のWebサイト）：同意がそろっていません" in world.client("supporter").text_of(f"/cases/{case}")
    share(world, "supporter", case, "public")
    assert "一般公開（県のWebサイト）：一般公開中" in world.client("manager").text_of(f"/cases/{case}")
    share(world, "manager", case, "members")  # fewer than everybody: the word is taken back, for both
    assert publicities(world) == 0
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 200
    share(world, "supporter", case, "public")
    share(world, "manager", case, "members")  # the town has said nothing that it could take back
    assert publicities(world) == 1
    share(world, "manager", case, "town")
    assert publicities(world) == 0


def publicities(world: World) -> int:
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(Publicity)).scalar_one()


def test_files_are_read_by_the_readers_of_the_case(library: Library, world: World, third: int) -> None:
    case = library.draft()
    file = world.upload("officer")
    library.save(case, documents=[{"name": "要綱", "attachment_id": str(file)}])
    library.publish(case)
    assert world.client("foreign_officer").get(f"/attachments/{file}").status_code == 200
    share(world, "manager", case, "bodies", third)
    assert world.client("foreign_officer").get(f"/attachments/{file}").status_code == 404
    assert world.client("officer").get(f"/attachments/{file}").status_code == 200
    share(world, "manager", case, "bodies", third, world.foreign_town)
    assert world.client("foreign_officer").get(f"/attachments/{file}").status_code == 200
