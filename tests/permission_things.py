"""What the lines of the permission matrix speak of, made for the occasion: `Things(world).ids("own", names)`."""

import struct
import zlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from hub.accounts.links import IssueLink, issue_link
from hub.accounts.people import invite
from hub.accounts.people_commands import Invite
from hub.audiences.services import MEMBERS, ensure_audience, town_key
from hub.clock import in_japan, japan_today, utc_now, working_days_after
from hub.inbox.models import InboxEntry
from hub.jobs.models import Job
from hub.library.commands import CreateCase
from hub.library.models import Basis, Case, CaseEnding, Collection, CollectionCase, Tag, TagGroup
from hub.library.room import ensure_room
from hub.library.services.writing import create_case
from hub.mail.choosing import ending_of
from hub.mail.models import MailAddress
from hub.people.models import Duty, Field, Holding, Posting, Section, SignIn, Staff
from hub.rooms.services import create_circle
from hub.search.models import SavedSearch
from hub.sharing.commands import OnSharing, Prepare
from hub.sharing.services.consenting import ask_consent, consent
from hub.sharing.services.preparing import prepare
from hub.support.commands import AddPlanItem, RecordContact
from hub.support.services.contacts import record_contact
from hub.support.services.planning import add_plan_item
from hub.threads.commands import ChangeHead
from hub.threads.services.recording import RecordConsultation, record_consultation
from hub.threads.services.steering import change_head
from hub.visits.commands import RequestVisit
from hub.visits.models import Visit
from hub.visits.services import request_visit
from tests.agreed import put_out_as_agreed
from tests.factories import World
from tests.spreading.world import ADOPTIONS, spreading_thing

INVITED = ("admin", "bureau", "guest")
ABSENT = "999999"
ALWAYS = (
    "town",
    "commons",
    "new",
    "invitation",
    "reset",
    "failed_job",
    "working_day",
    "an_hour_ago",
    "kept_mail",
    "mail_ending",
)
AROUND = ("case_room", "collection", "any_case", "field", "tag", "tag_group", "basis", "visit", "visit_over")
SHARINGS = ("preparing", "asked", "shared", "case_sharing")
CASES = ("draft", "review", "agreed", "out", "over", "copied", "wide")


def png_of_one_pixel() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack("!IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


PNG = png_of_one_pixel()


class Things:
    """Makes things of one kind after the other."""

    def __init__(self, world: World) -> None:
        self.world = world

    def ids(self, kind: str, names: Iterable[str]) -> dict[str, str]:
        """Ids of fresh things by name. Of `none`, and where a line speaks of no thing, they name what is not there."""
        there = kind not in ("none", "anything")
        fresh = Fresh(self.world, kind)
        return {name: fresh.id(name) if there or name in ALWAYS else ABSENT for name in names}


def seat_in_dx(world: World, who: str, accompanies: int | None = None) -> int:
    """A fresh duty of the DX section, held by somebody of it from now on."""
    with world.store.transaction() as session:
        section = session.scalars(sa.select(Section).where(Section.is_dx)).one()
        duty = Duty(section_id=section.id, name=world.new_id(), organisation_id=accompanies)
        session.add(duty)
        session.flush()
        session.add(Holding(duty_id=duty.id, staff_id=world.staff_id(who), from_at=utc_now()))
        return duty.id


class Fresh:
    """Things that belong together, each made when it is first asked for: attributes named like the things."""

    def __init__(self, world: World, kind: str) -> None:
        self.world, self.foreign, self.granted = world, kind == "foreign", kind == "granted"
        self.author_key = "foreign_officer" if self.foreign else "officer"
        self.commons, self.guest, self.town = world.commons, world.guest, world.town
        self.author = world.staff_id(self.author_key)
        self.organisation = world.foreign_town if self.foreign else world.town
        self.room = self._opened(world.foreign_room if self.foreign else world.room)

    def id(self, name: str) -> str:
        if name in CASES:
            return str(self._case(name))
        if name in AROUND:
            return str(self._around(name))
        if name in SHARINGS:
            return str(self._sharing(name))
        if name in ADOPTIONS:
            return str(spreading_thing(self.world, name, self.foreign))
        return str(getattr(self, name))

    def _opened(self, room_id: int) -> int:
        for who in INVITED if self.granted else ():
            self.world.admit(who, room_id)
        return room_id

    @cached_property
    def circle(self) -> int:
        with self.world.store.transaction() as session:
            made = create_circle(session, "研究会", "", [self.organisation]).id
        return self._opened(made)

    @property
    def visited(self) -> int:
        """A circle into which the guest was let."""
        self.world.admit("guest", self.circle)
        return self.circle

    @cached_property
    def consultation(self) -> Any:
        return self.world.thread(self.room, "consultation", by=self.author_key)

    @property
    def thread(self) -> int:
        return int(self.consultation.thread_id)

    @property
    def working_day(self) -> str:
        return working_days_after(japan_today(), 3).isoformat()

    @property
    def an_hour_ago(self) -> str:
        return in_japan(utc_now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")

    @property
    def recorded(self) -> int:
        """A consultation that came by telephone."""
        came = datetime.fromisoformat(self.an_hour_ago)
        command = RecordConsultation(self.room, "電話での相談", self.new, "telephone", came)
        return int(self.world.write(record_consultation, "supporter", command).ack()["thread_id"])

    @cached_property
    def dx_duty(self) -> int:
        """One of the DX section that the lead holds; the supporter holds another."""
        return [seat_in_dx(self.world, who) for who in ("supporter", "lead")][-1]

    @property
    def charged(self) -> int:
        """A consultation that everybody of the DX section could take."""
        assert self.dx_duty
        return self.thread

    @property
    def message(self) -> int:
        return int(self.consultation.message_id)

    @property
    def summarised(self) -> int:
        command = ChangeHead(self.thread, body="まとめ", summary_version=0)
        self.world.write(change_head, self.author_key, command)
        return self.thread

    @property
    def notice(self) -> int:
        return int(self.world.thread(self.room, "notice", by="supporter").thread_id)

    @property
    def file(self) -> int:
        """An attachment of a message in the room."""
        made = self.own_upload
        self.world.thread(self.room, by=self.author_key, attachment_ids=[made])
        return made

    @property
    def own_upload(self) -> int:
        return self.world.upload(self.author_key, PNG, "画面.png")

    @property
    def new(self) -> str:
        return self.world.new_id()

    @property
    def plan_item(self) -> int:
        """One that the author holds."""
        planned = {"title": "窓口の予約", "due_on": date(2099, 1, 4), "holder": f"staff:{self.author}"}
        command = AddPlanItem(
            **planned, side="prefecture", organisation_id=self.organisation, client_id=self.world.new_id()
        )
        return int(self.world.write(add_plan_item, self.author_key, command).data["item_id"])

    @property
    def contact(self) -> int:
        told = {"way": "visit", "held_on": date(2020, 1, 6), "people": "課長", "body": "日程を決めた"}
        command = RecordContact(**told, organisation_id=self.organisation, client_id=self.world.new_id())
        return int(self.world.write(record_contact, "supporter", command).data["contact_id"])

    @property
    def year(self) -> str:
        """One of which nobody has said anything."""
        return str(2000 + int(self.new.removeprefix("client-")) % 200)

    @property
    def failed_job(self) -> int:
        """One that was set aside."""
        now, what = utc_now(), {"kind": "TendFiles", "key": self.world.new_id(), "payload": {}}
        with self.world.store.transaction() as session:
            row = Job(**what, created_at=now, run_at=now, attempts=10, last_error="unavailable", set_aside_at=now)
            session.add(row)
            session.flush()
            return row.id

    @property
    def unreached(self) -> int:
        """The author, whose address the mail server refuses."""
        with self.world.store.transaction() as session:
            session.execute(sa.delete(MailAddress).where(MailAddress.staff_id == self.author))
            row = MailAddress(staff_id=self.author, address=f"{self.author_key}@example.jp", refusals=3)
            row.refused_at = row.stopped_at = utc_now()
            session.add(row)
        return self.author

    @property
    def mail_ending(self) -> str:
        """What stands in a mail to the author."""
        with self.world.app.app_context():
            return ending_of(self.author, "reply").rpartition("/")[2]

    @property
    def kept_mail(self) -> str:
        """One in the folder of a hub that has no mail server."""
        folder, name = self.world.app.extensions["hub.config"].mail_folder, "20990101-083000-0123456789ab.eml"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(
            b"Subject: a\r\nTo: b@example.jp\r\nDate: Tue, 01 Dec 2026 09:00:00 +0900\r\n\r\nc\r\n"
        )
        return name

    @property
    def saved(self) -> int:
        now = utc_now()
        with self.world.store.transaction() as session:
            query = f"帳票 {self.world.new_id()}"
            row = SavedSearch(staff_id=self.author, query=query, seen_at=now, created_at=now)
            session.add(row)
            session.flush()
            return row.id

    @property
    def entry(self) -> int:
        name = "榛東 三郎" if self.foreign else "吉岡 一郎"
        self.world.message(self.thread, f"@{name} さん", by="supporter")
        with self.world.store.read() as session:
            return session.execute(sa.select(sa.func.max(InboxEntry.id))).scalar_one()

    @property
    def sign_in(self) -> int:
        self.world.client(self.author_key)
        with self.world.store.read() as session:
            return session.execute(sa.select(sa.func.max(SignIn.id))).scalar_one()

    @cached_property
    def seat(self) -> Posting:
        """The author's posting."""
        mine = sa.select(Posting).where(Posting.staff_id == self.author).order_by(Posting.id.desc())
        with self.world.store.read() as session:
            return session.scalars(mine.limit(1)).one()

    @property
    def posting(self) -> int:
        return self.seat.id

    @property
    def second(self) -> int:
        """One more posting of the author, in the same body."""
        with self.world.store.transaction() as session:
            section = Section(organisation_id=self.organisation, name=self.world.new_id())
            session.add(section)
            session.flush()
            posting = Posting(staff_id=self.author, section_id=section.id, role="officer", from_at=utc_now())
            session.add(posting)
            session.flush()
            return posting.id

    @property
    def newcomer(self) -> int:
        """Somebody of the body who has never signed in."""
        section = sa.select(Section.name).where(Section.organisation_id == self.organisation).limit(1)
        with self.world.store.read() as session:
            name = session.scalars(section).one()
        email = f"{self.world.new_id()}@example.jp"
        return int(self.world.write(invite, "admin", Invite(self.organisation, email, "新人", name, "officer")))

    @property
    def invitation(self) -> str:
        return self._link(self.newcomer)

    @property
    def reset(self) -> str:
        """Of somebody who has forgotten another password than the one that is chosen each time."""
        with self.world.store.transaction() as session:
            session.get_one(Staff, self.author).password_hash = "of another one"
        return self._link(self.author)

    def _link(self, staff_id: int) -> str:
        return str(self.world.write(issue_link, "admin", IssueLink(staff_id)).token)

    @property
    def section(self) -> int:
        return self.seat.section_id

    @property
    def duty(self) -> int:
        """A fresh one in the author's section."""
        with self.world.store.transaction() as session:
            duty = Duty(section_id=self.section, name=self.world.new_id())
            session.add(duty)
            session.flush()
            return duty.id

    @property
    def other_basis(self) -> str:
        """By its name."""
        name = self.world.new_id()
        with self.world.store.transaction() as session:
            session.add(Basis(name=name))
        return name

    def _case(self, name: str) -> int:
        """A case as it stands after some steps; the foreign town has no manager who could agree."""
        shared = name == "copied"
        command = CreateCase("書かない窓口", "要約", self.world.prefecture if shared else None)
        case_id = int(
            self.world.write(create_case, "supporter" if shared else self.author_key, command).data["case_id"]
        )
        with self.world.store.transaction() as session:
            case = session.get_one(Case, case_id)
            case.status = "draft" if name == "draft" else "review"
            case.approved_version = None if name in ("draft", "review") else 1
            if name == "wide":
                case.audience_id = ensure_audience(session, MEMBERS).id
            case.approved_audience_id = case.audience_id
            if name in ("out", "over", "copied", "wide"):
                put_out_as_agreed(self.world, session, case)
            if name == "wide":
                ensure_room(session, case)
            if name == "over":
                session.add(CaseEnding(case_id=case_id, ended_at=utc_now()))
            if shared:
                case.audience_id = ensure_audience(session, town_key(self.organisation)).id
        return case_id

    def _around(self, name: str) -> int:
        """One of the things that stand around cases."""
        if name == "any_case":
            return self._case("out")
        if name.startswith("visit"):
            return self._visit(name)
        case_id = self._case("out") if name in ("case_room", "collection") else 0
        with self.world.store.transaction() as session:
            if name == "case_room":
                return ensure_room(session, session.get_one(Case, case_id)).id
            thing: Any = {
                "collection": Collection(title="特集", created_at=utc_now(), published_at=utc_now()),
                "field": Field(name=self.world.new_id()),
                "tag": Tag(name=self.world.new_id()),
                "tag_group": TagGroup(name=self.world.new_id()),
                "basis": Basis(name=self.world.new_id()),
            }[name]
            session.add(thing)
            session.flush()
            if name == "collection":
                session.add(CollectionCase(collection_id=thing.id, case_id=case_id, position=1))
            return int(thing.id)

    def _visit(self, name: str) -> int:
        case_id = self._case("copied")
        command = RequestVisit(case_id, self.world.new_id(), "見たい", 3, date(2099, 1, 1))
        visit_id = int(self.world.write(request_visit, self.author_key, command).data["visit_id"])
        if name == "visit_over":
            with self.world.store.transaction() as session:
                session.get_one(Visit, visit_id).state = "accepted"
                session.get_one(Visit, visit_id).agreed_on = date(2020, 1, 1)
        return visit_id

    def _sharing(self, name: str) -> int:
        """An edition, or with `case_sharing` a case, in preparation, waiting for the town, or out."""
        asked = self.world.thread(self.room, "consultation", by=self.author_key)
        kind = "case" if name == "case_sharing" else "edition"
        command = Prepare(asked.thread_id, kind, kind == "edition")
        sharing_id = int(self.world.write(prepare, self.author_key, command).data["sharing_id"])
        if name in ("asked", "shared"):
            self.world.write(ask_consent, "supporter", OnSharing(sharing_id, 1))
        if name == "shared":
            self.world.write(consent, self.author_key, OnSharing(sharing_id, 1))
        return sharing_id
