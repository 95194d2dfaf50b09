"""People who are glad to be asked are found under what their body is called and where they sit now."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from hub import clock
from hub.accounts.body_imports import import_organisations
from hub.accounts.offices import change_organisation
from hub.accounts.people_commands import AddPosting, ChangeOrganisation, EndPosting
from hub.accounts.postings import add_posting, end_posting
from hub.accounts.services import Profile, save_profile
from hub.clock import japan_today, utc_now
from hub.jobs.install import runner_of
from hub.people.models import Field, Organisation, Posting, Section
from hub.rooms.models import Room
from hub.search.models import SearchChange, SearchState
from hub.search.people_by_date import name_people_by_date
from hub.sheets.reading import Row, Sheet
from tests.factories import World
from tests.search.consistency import contradictions
from tests.search.finding import found, index, titles


@pytest.fixture
def listed(world: World) -> World:
    """榛東 三郎, 企画課 of 榛東村, is glad to be asked."""
    with world.store.transaction() as session:
        field = Field(name="窓口改革", position=1)
        session.add(field)
        session.flush()
        fields = frozenset([field.id])
    world.write(save_profile, "foreign_officer", Profile("榛東 三郎", "しんとう さぶろう", "", "ja", fields))
    index(world)
    name_people_by_date(world.store)
    index(world)
    return world


def people(world: World, text: str) -> list[str]:
    index(world)
    return list(titles(world, "officer", f"{text} 種類:人"))


def on(day: datetime) -> None:
    clock.set_source(lambda: day)


def posting(world: World) -> Posting:
    with world.store.read() as session:
        query = sa.select(Posting).where(Posting.staff_id == world.foreign_officer).order_by(Posting.id.desc())
        return session.scalars(query.limit(1)).one()


def test_a_person_leads_to_themselves(listed):
    """Whoever wrote nothing too. Seen to fail without `by` among the keys of people."""
    person = found(listed, "foreign_officer", "種類:人 榛東").hits[0].document
    asked = parse_qs(urlsplit(person.url).query)["q"][0]
    answer = found(listed, "foreign_officer", asked)
    assert not answer.nearest
    assert [(h.document.kind, h.document.ref_id) for h in answer.hits] == [("person", listed.foreign_officer)]


def support_room_name(listed: World) -> str:
    with listed.store.read() as session:
        return session.scalars(sa.select(Room.name).filter_by(organisation_id=listed.foreign_town)).one()


def test_a_renamed_body_renames_its_people(listed):
    """And its room. Seen to fail with the body alone in the outbox."""
    for old, name in (("青玉", "翡翠市"), ("翡翠", "琥珀市")):
        command = ChangeOrganisation(listed.foreign_town, name, "", member=True)
        listed.write(change_organisation, "admin", command)
        assert (people(listed, old), people(listed, name)) == ([], ["榛東 三郎"])
        assert support_room_name(listed) == name
    with listed.store.read() as session:
        assert contradictions(session) == []


def test_an_import_that_renames_a_body_renames_its_people(listed):
    """And its room. Seen to fail with the body alone in the outbox, and with a room that keeps its first name."""
    with listed.store.transaction() as session:
        session.execute(sa.update(Organisation).filter_by(id=listed.foreign_town).values(code="103454"))
    for old, name in (("青玉", "翡翠市"), ("翡翠", "琥珀市")):
        row = Row(2, {"code": "103454", "name": name, "kind": "市"})
        with listed.app.app_context(), listed.store.transaction() as session:
            import_organisations(session, Sheet([row]), lambda _line: None)
        assert (people(listed, old), people(listed, name)) == ([], ["榛東 三郎"])
        assert support_room_name(listed) == name


def test_an_imported_body_leaves_the_names_of_other_rooms_alone(listed):
    """Seen to fail with rooms renamed before the new body has an id: those of no body are not its own."""

    def rooms() -> dict[int, str]:
        with listed.store.read() as session:
            return dict(session.execute(sa.select(Room.id, Room.name)).all())

    before = rooms()
    with listed.app.app_context(), listed.store.transaction() as session:
        import_organisations(
            session, Sheet([Row(2, {"code": "103462", "name": "珊瑚市", "kind": "市"})]), lambda _line: None
        )
    after = rooms()
    assert {id_: after.pop(id_) for id_ in before} == before
    assert list(after.values()) == ["珊瑚市"]


def test_who_left_on_a_date_is_found_no_more(listed):
    """And nobody else is named who left then, for nobody else is found. Seen to fail without `until_at` among the
    moments, and without `Expertise` in the query."""
    last = japan_today() + timedelta(days=3)
    command = EndPosting(listed.foreign_officer, posting(listed).id, until_on=last)
    listed.write(end_posting, "admin", command)
    assert people(listed, "窓口改革") == ["榛東 三郎"]
    assert not name_people_by_date(listed.store)
    with listed.store.transaction() as session:
        ended = sa.update(Posting).filter_by(staff_id=listed.manager)
        session.execute(ended.values(until_at=clock.start_of_japan_day(last)))
    on(utc_now() + timedelta(days=5))
    assert name_people_by_date(listed.store)
    with listed.store.read() as session:
        assert session.execute(sa.select(SearchChange.kind, SearchChange.ref_id)).all() == [
            ("person", listed.foreign_officer)
        ]
    index(listed)
    with listed.store.read() as session:
        assert contradictions(session) == []


def test_who_moved_on_a_date_is_found_at_the_new_desk_and_named_once(listed):
    """Seen to fail without `postings_until` set."""
    first = japan_today() + timedelta(days=3)
    old = EndPosting(listed.foreign_officer, posting(listed).id, until_on=first - timedelta(days=1))
    listed.write(end_posting, "admin", old)
    new = AddPosting(listed.foreign_officer, listed.foreign_town, "琥珀室", "officer", from_on=first)
    listed.write(add_posting, "admin", new)
    assert people(listed, "琥珀室") == []
    on(utc_now() + timedelta(days=5))
    assert name_people_by_date(listed.store)
    assert people(listed, "琥珀室") == ["榛東 三郎"]
    assert people(listed, "企画課") == []
    assert not name_people_by_date(listed.store)


def test_a_posting_that_began_on_a_date_makes_a_person_found(listed):
    """Seen to fail without `from_at` among the moments."""
    first = japan_today() + timedelta(days=3)
    with listed.store.transaction() as session:  # nobody in the meantime
        session.execute(sa.delete(Posting).filter_by(staff_id=listed.foreign_officer))
        section = session.scalars(sa.select(Section).filter_by(name="企画課")).one().id
        row = Posting(staff_id=listed.foreign_officer, section_id=section, role="officer")
        row.from_at = clock.start_of_japan_day(first)
        session.add_all([row, SearchChange(kind="person", ref_id=listed.foreign_officer)])
    assert people(listed, "窓口改革") == []
    on(utc_now() + timedelta(days=5))
    name_people_by_date(listed.store)
    assert people(listed, "窓口改革") == ["榛東 三郎"]


def test_dates_are_looked_at_every_minute(app, listed):
    """Seen to fail without its lines in hub/job_table.py, and with `name_people` doing nothing."""
    runner, begins = runner_of(app), utc_now() + timedelta(minutes=1, seconds=5)
    runner._declare()
    with listed.store.transaction() as session:
        posting = session.scalars(sa.select(Posting).filter_by(staff_id=listed.foreign_officer)).one()
        posting.until_at = begins - timedelta(seconds=1)
    on(begins)
    runner.work_off()
    with listed.store.read() as session:
        assert session.scalars(sa.select(SearchChange.ref_id).filter_by(kind="person")).all() == [
            listed.foreign_officer
        ]
    assert people(listed, "窓口改革") == []


def test_before_there_is_an_index_nothing_is_named(listed):
    """Seen to fail without the question for the state."""
    with listed.store.transaction() as session:
        session.execute(sa.delete(SearchState))
    assert not name_people_by_date(listed.store)
    with listed.store.read() as session:
        assert session.scalar(sa.select(SearchChange.id).limit(1)) is None
