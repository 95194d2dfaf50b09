"""Things of which there are so many and no more, be it that the next is refused or that it is not on this page."""

from contextlib import suppress
from datetime import date
from typing import Any

import sqlalchemy as sa

from hub.errors import HubError
from hub.events.happenings import happened
from hub.home.queries import own_consultations
from hub.inbox.queries import list_entries
from hub.library.commands import (
    AskAboutCase,
    ConfirmCase,
    FollowSubject,
    PutInCollection,
    SaveCollection,
    SettleContact,
)
from hub.library.comparing import compare_cases
from hub.library.endings import list_endings
from hub.library.listing import list_cases, wanted_of
from hub.library.models import Case, CollectionCase
from hub.library.news import list_case_news
from hub.library.room import list_questions
from hub.library.services.asking import ask_about_case
from hub.library.services.collecting import put_in_collection, save_collection
from hub.library.services.following import follow_subject
from hub.library.services.published import confirm_case
from hub.library.services.workflow import submit_case
from hub.library.services.writing import settle_contact
from hub.library.waiting import drafts_in_hand
from hub.people.models import Field
from hub.records.queries import Wanted, list_audit
from hub.rooms.happenings import RoomArchived
from hub.search.models import SavedSearch
from hub.search.saved import Look
from hub.search.services import save_search
from hub.spreading.commands import AddItem, LinkPredecessor
from hub.spreading.models import ChecklistItem, Predecessor
from hub.spreading.queries import list_unheard
from hub.spreading.services.checklists import add_item
from hub.spreading.services.descent import link_predecessor
from hub.support.commands import ChangePlanItem, CorrectContact, PostKarteNote
from hub.support.contacts import get_contact_for, list_contacts, list_karte_notes, list_tellings
from hub.support.models import PlanItem
from hub.support.people import supporters_of
from hub.support.plan import get_item_for, list_changes, list_plan
from hub.support.queries import get_karte_for, list_statements
from hub.support.services.contacts import correct_contact
from hub.support.services.noting import post_karte_note
from hub.support.services.planning import change_plan_item
from hub.threads.listing import Filter, list_thread_rows
from hub.threads.viewing import Span, window
from hub.visits.queries import list_visits
from tests.bounds.texts import said, visit
from tests.library.conftest import Library
from tests.permission_things import Fresh, seat_in_dx
from tests.spreading.world import adoption_of, case_of


class Count:
    """`one_more` adds one, as far as that goes, and says how many there are now."""

    def __init__(self, library: Library) -> None:
        self.library, self.world = library, library.world
        self.begin()

    def begin(self) -> None: ...

    def add(self) -> None:
        raise NotImplementedError

    def there(self, session: Any) -> int:
        raise NotImplementedError

    def one_more(self) -> int:
        with suppress(HubError):
            self.add()
        with self.world.app.test_request_context(), self.world.store.read() as session:
            return self.there(session)

    def rows(self, session: Any, model: Any, **by: Any) -> int:
        return int(session.scalar(sa.select(sa.func.count()).select_from(model).filter_by(**by)))


class Audit(Count):
    def add(self) -> None:
        with self.world.store.transaction() as session:
            happened(session, self.world.actor("admin"), RoomArchived(room_id=1))

    def there(self, session: Any) -> int:
        return len(list_audit(session, self.world.actor("admin"), Wanted()))


class Inbox(Count):
    def begin(self) -> None:
        self.thread = self.world.thread(self.world.room)

    def add(self) -> None:
        self.world.message(self.thread, "@吉岡 一郎 さん", by="supporter")

    def there(self, session: Any) -> int:
        return len(list_entries(session, self.world.actor("officer")))


class Threads(Count):
    def add(self) -> None:
        self.world.thread(self.world.room)

    def there(self, session: Any) -> int:
        return len(list_thread_rows(session, self.world.actor("officer"), self.world.room, Filter()))


class Window(Count):
    thread = 0

    def add(self) -> None:
        if self.thread:
            self.world.message(self.thread)
        else:
            self.thread = self.world.thread(self.world.room).thread_id

    def there(self, session: Any) -> int:
        return len(window(session, self.thread, 1_000, Span(limit=1_000)))


class Own(Count):
    def add(self) -> None:
        self.world.thread(self.world.room, "consultation")

    def there(self, session: Any) -> int:
        return len(own_consultations(session, self.world.actor("officer")))


class Shelf(Count):
    def add(self) -> None:
        case_of(self.world, self.world.prefecture)

    def there(self, session: Any) -> int:
        return len(list_cases(session, self.world.actor("officer"), wanted_of("", {})).rows)


class Compared(Shelf):
    def there(self, session: Any) -> int:
        ids = list(session.scalars(sa.select(Case.id)))
        return len(compare_cases(session, self.world.actor("officer"), ids))


class Waiting(Count):
    def add(self) -> None:
        self.library.on(submit_case, self.library.draft(), "officer")

    def there(self, session: Any) -> int:
        return len(drafts_in_hand(session, self.world.actor("manager")))


class Endings(Count):
    def add(self) -> None:
        case = self.library.published()
        duty = self.library.duty("officer", self.world.town, self.world.new_id())
        self.world.write(settle_contact, "officer", SettleContact(case, duty))
        self.world.write(confirm_case, "officer", ConfirmCase(case, "ended", "終わった"))

    def there(self, session: Any) -> int:
        return len(list_endings(session, self.world.actor("manager")))


class NewCases(Count):
    def begin(self) -> None:
        with self.world.store.read() as session:
            self.field, self.name = session.execute(sa.select(Field.id, Field.name).limit(1)).one()
        self.world.write(follow_subject, "officer", FollowSubject(True, field=self.field))

    def add(self) -> None:
        self.library.published(fields=[self.name])

    def there(self, session: Any) -> int:
        return len(list_case_news(session, self.world.actor("officer")))


class News(Count):
    def add(self) -> None:
        adoption_of(self.world, case_of(self.world, self.world.town), self.world.foreign_town)

    def there(self, session: Any) -> int:
        return len(list_unheard(session, self.world.actor("officer")))


class Questions(Count):
    def begin(self) -> None:
        self.case = case_of(self.world, self.world.prefecture)

    def add(self) -> None:
        self.world.write(ask_about_case, "officer", AskAboutCase(self.case, "費用は", self.world.new_id()))

    def there(self, session: Any) -> int:
        return len(list_questions(session, session.get_one(Case, self.case)))


class Statements(Count):
    def add(self) -> None:
        said(self.library, self.world.new_id())

    def there(self, session: Any) -> int:
        karte = get_karte_for(session, self.world.actor("officer"), self.world.town)
        return len(list_statements(session, karte, "core_system", ""))


class Seats(Count):
    def add(self) -> None:
        seat_in_dx(self.world, "supporter", accompanies=self.world.town)

    def there(self, session: Any) -> int:
        return len(supporters_of(session, get_karte_for(session, self.world.actor("officer"), self.world.town)))


class Plan(Count):
    def add(self) -> None:
        Fresh(self.world, "own").id("plan_item")

    def there(self, session: Any) -> int:
        return len(list_plan(session, get_karte_for(session, self.world.actor("officer"), self.world.town)))


class PlanChanges(Count):
    item = 0

    def add(self) -> None:
        if not self.item:
            self.item = int(Fresh(self.world, "own").id("plan_item"))
            return
        with self.world.store.read() as session:
            number = session.get_one(PlanItem, self.item).number
        planned = {"title": self.world.new_id(), "due_on": date(2099, 1, 4), "side": "prefecture"}
        command = ChangePlanItem(
            **planned,
            holder=f"staff:{self.world.officer}",
            item_id=self.item,
            number=number,
            state="late",
            reason="訂正",
        )
        self.world.write(change_plan_item, "officer", command)

    def there(self, session: Any) -> int:
        return len(list_changes(session, get_item_for(session, self.world.actor("officer"), self.item)))


class Contacts(Count):
    def add(self) -> None:
        Fresh(self.world, "own").id("contact")

    def there(self, session: Any) -> int:
        return len(list_contacts(session, get_karte_for(session, self.world.actor("officer"), self.world.town)))


class Tellings(Count):
    contact = 0

    def add(self) -> None:
        if not self.contact:
            self.contact = int(Fresh(self.world, "own").id("contact"))
            return
        told = {"way": "call", "held_on": date(2020, 1, 6), "people": self.world.new_id(), "body": "決めた"}
        command = CorrectContact(**told, contact_id=self.contact, reason="訂正")
        self.contact = int(self.world.write(correct_contact, "officer", command).data["contact_id"])

    def there(self, session: Any) -> int:
        return len(list_tellings(session, get_contact_for(session, self.world.actor("officer"), self.contact)))


class KarteNotes(Count):
    def add(self) -> None:
        command = PostKarteNote(self.world.town, "県内だけの話", self.world.new_id())
        self.world.write(post_karte_note, "supporter", command)

    def there(self, session: Any) -> int:
        actor = self.world.actor("supporter")
        return len(list_karte_notes(session, actor, get_karte_for(session, actor, self.world.town)) or [])


class Visits(Count):
    def add(self) -> None:
        visit(self.library)

    def there(self, session: Any) -> int:
        return len(list_visits(session, self.world.actor("officer")).rows)


class Collected(Count):
    def begin(self) -> None:
        made = self.world.write(save_collection, "supporter", SaveCollection("特集"))
        self.collection = int(made.data["collection_id"])

    def add(self) -> None:
        case = case_of(self.world, self.world.prefecture)
        self.world.write(put_in_collection, "supporter", PutInCollection(self.collection, case))

    def there(self, session: Any) -> int:
        return self.rows(session, CollectionCase)


class Saved(Count):
    def add(self) -> None:
        self.world.write(save_search, "officer", Look(f"帳票 {self.world.new_id()}", b""))

    def there(self, session: Any) -> int:
        return self.rows(session, SavedSearch)


class Checklist(Count):
    def begin(self) -> None:
        with self.world.store.transaction() as session:
            session.execute(sa.delete(ChecklistItem))

    def add(self) -> None:
        self.world.write(add_item, "supporter", AddItem("trial", "数える"))

    def there(self, session: Any) -> int:
        return self.rows(session, ChecklistItem, state="trial")


class Lineage(Count):
    def begin(self) -> None:
        self.case = case_of(self.world, self.world.town)

    def add(self) -> None:
        earlier = case_of(self.world, self.world.prefecture)
        self.world.write(link_predecessor, "officer", LinkPredecessor(self.case, str(earlier)))

    def there(self, session: Any) -> int:
        return self.rows(session, Predecessor)


COUNTS: dict[str, type[Count]] = {
    "home.queries:MOST": Own,
    "inbox.queries:PAGE": Inbox,
    "library.comparing:MOST": Compared,
    "library.endings:MOST": Endings,
    "library.news:MOST": NewCases,
    "library.listing:PAGE": Shelf,
    "library.room:MOST": Questions,
    "library.services.collecting:MOST_CASES": Collected,
    "library.waiting:MOST": Waiting,
    "records.queries:PAGE": Audit,
    "search.services:MOST_SAVED": Saved,
    "spreading.queries:MOST_NEWS": News,
    "spreading.services.checklists:MOST_ITEMS": Checklist,
    "spreading.services.descent:MOST": Lineage,
    "threads.listing:PAGE": Threads,
    "threads.viewing:MOST": Window,
    "support.contacts:MOST": Contacts,
    "support.contacts:MOST_EARLIER": Tellings,
    "support.contacts:MOST_NOTES": KarteNotes,
    "support.people:MOST_SEATS": Seats,
    "support.plan:MOST": Plan,
    "support.plan:MOST_CHANGES": PlanChanges,
    "support.queries:MOST_EARLIER": Statements,
    "visits.queries:MOST": Visits,
}
