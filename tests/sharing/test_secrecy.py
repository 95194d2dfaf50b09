"""Every way of learning the author of an anonymous edition, tried by the people of another town."""

import json
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.feed.submissions import Receipt
from hub.people.models import Organisation, Posting, Section, Staff
from hub.records.queries import Recorded, Wanted, list_audit
from hub.sharing.commands import Unmask, WithdrawSharing
from hub.sharing.services.editions import withdraw_sharing
from hub.sharing.services.unmasking import unmask
from hub.tables import Base
from hub.threads.commands import Acknowledge, ChangeHead, EditMessage, SetReaction
from hub.threads.models import Message, Thread
from hub.threads.pseudonyms.models import Alias
from hub.threads.services.editing import edit_message
from hub.threads.services.responding import acknowledge, set_reaction
from hub.threads.services.steering import change_head
from tests.factories import Browser, Socket, World, places_of
from tests.search.finding import found, index
from tests.sharing.conftest import Shared

TELLING = ("吉岡", "一郎", "二葉", "四季", "officer@", "192.168.1.5", "DX戦略課")
Out = Callable[..., Shared]


def tells(text: str) -> list[str]:
    """What gives the author away, also in the spelling of JSON. That every town reads the room stands beside every
    composer, and is no secret."""
    without = re.sub(r'<strong data-slot="readers(-short)?">[^<]*</strong>', "", text)
    plain = re.sub(r"\\u([0-9a-f]{4})", lambda sign: chr(int(sign[1], 16)), without)
    return [word for word in TELLING if word in plain]


def test_what_would_tell_is_seen_in_pages_and_in_json(world: World) -> None:
    """Seen to fail for JSON, which writes every sign of these names as its number."""
    thread = f"/threads/{world.thread(world.room).thread_id}"
    officer = world.client("officer")
    assert {"吉岡", "一郎"} <= set(tells(officer.get(thread).text))
    assert {"吉岡", "一郎"} <= set(tells(officer.get_json(thread).text))


def everything_is_done(world: World, shared: Shared) -> int:
    """The author, a colleague and the supporter go on in the edition; another town replies. The author's message."""
    own = world.message(shared.thread_id, "補足です。数えてみました。", by="officer")
    world.write(edit_message, "officer", EditMessage(own.message_id, "補足です。一週間、数えてみました。", 1))
    reply = world.message(shared.thread_id, "参考になりました", by="foreign_officer", reply_to=own.message_id)
    world.message(shared.thread_id, "よかったです", by="officer", reply_to=reply.message_id)
    world.message(shared.thread_id, "私からも", by="manager")
    world.message(shared.thread_id, "ほかの団体でも試せます", by="supporter")
    world.write(set_reaction, "officer", SetReaction(reply.message_id, "🙏", True))
    world.write(acknowledge, "officer", Acknowledge(shared.thread_id, True))
    world.write(change_head, "officer", ChangeHead(shared.thread_id, body="混む時間を数える", summary_version=0))
    return own.message_id


@pytest.fixture
def done(world: World, out: Out) -> Shared:
    shared = out()
    everything_is_done(world, shared)
    return shared


def message_ids(world: World, shared: Shared) -> list[int]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Message.id).where(Message.thread_id == shared.thread_id)))


def test_no_page_and_no_json_names_the_author(world: World, done: Shared) -> None:
    foreign = world.client("foreign_officer")
    thread, room = f"/threads/{done.thread_id}", f"/rooms/{world.commons}"
    paths = [thread, f"{thread}?at=1", f"{thread}?reply={message_ids(world, done)[0]}#composer", f"{thread}/head"]
    paths += [f"{thread}/print", f"{thread}/print?only=official", room, f"{room}?q=数えて", "/", "/inbox", "/rooms"]
    paths += [f"/messages/{m}{page}" for m in message_ids(world, done) for page in ("", "/history", "/actions")]
    paths += ["/me", "/cases", "/sharings"]
    assert len(message_ids(world, done)) > 5
    for path in paths:
        for answer in (foreign.get(path, follow_redirects=True), foreign.get_json(path)):
            assert answer.status_code == 200, (path, answer.status_code)
            assert not tells(answer.text), (path, tells(answer.text))


def test_the_rooms_export_does_not_name_the_author(world: World, done: Shared) -> None:
    with world.store.transaction() as session:
        posting = session.scalars(sa.select(Posting).where(Posting.staff_id == world.foreign_officer)).one()
        posting.role = "manager"
    page = world.client("foreign_officer").get(f"/rooms/{world.commons}/export")
    assert page.status_code == 200
    assert "混む時間を数える" in page.text
    assert not tells(page.text)


def test_catching_up_does_not_name_the_author(world: World, done: Shared) -> None:
    answer = world.client("foreign_officer").get_json(f"/feed/room:{world.commons}?after=0&limit=1000")
    assert len(answer.json["events"]) > 8
    assert not tells(answer.text)


def test_the_live_stream_does_not_name_the_author(world: World, prepared: Out, out: Out) -> None:
    foreign = Socket(world.client("foreign_officer"))
    foreign.open(f"room:{world.commons}", f"user:{world.foreign_officer}")
    everything_is_done(world, out())
    received = foreign.received()
    assert {name for name, _data in received} >= {"feed"}
    assert len(received) > 8
    assert not tells(json.dumps(received, ensure_ascii=False))


@pytest.mark.parametrize("who", ["officer", "manager", "supporter"])
def test_nobody_sees_who_hides_typing(world: World, out: Out, who: str) -> None:
    shared = out()
    foreign, hidden = Socket(world.client("foreign_officer")), Socket(world.client(who))
    foreign.open(f"room:{world.commons}")
    ack = hidden.ask("typing:start", {"thread_id": str(shared.thread_id)})
    assert ack == {"ok": True, "data": {}}
    assert foreign.received("typing") == []
    hidden.ask("typing:start", {"thread_id": str(world.thread(world.commons).thread_id)})
    assert len(foreign.received("typing")) == 1


def test_search_in_the_room_finds_the_edition_by_no_name(world: World, done: Shared) -> None:
    index(world)
    foreign = world.client("foreign_officer")
    assert len(foreign.get_json(f"/rooms/{world.commons}?q=数えて").json["threads"]) == 1
    for word in ("吉岡", "一郎", "四季", "192.168"):
        assert foreign.get_json(f"/rooms/{world.commons}?q={word}").json["threads"] == []


def test_the_search_index_knows_no_author(world: World, done: Shared) -> None:
    index(world)
    for text in ("数えて", "担当:吉岡一郎 数えて", "団体:吉岡町 数えて", "吉岡 一郎"):
        hits = [h for h in found(world, "foreign_officer", text).hits if h.document.thread_id == done.thread_id]
        assert not tells(" ".join(f"{h.document.title} {h.document.body} {h.document.where}" for h in hits)), text
    by_author, by_nobody = (found(world, "foreign_officer", f"担当:{who} 数えて") for who in ("吉岡一郎", "県五月"))
    assert (by_author.total, len(by_author.hits)) == (by_nobody.total, len(by_nobody.hits))
    shown = found(world, "foreign_officer", "数えて").hits
    assert {h.document.thread_id for h in shown} == {done.thread_id}
    own = {f"by:{world.officer}", f"by:{world.supporter}", f"org:{world.town}"}
    assert not own & {key for hit in shown for key in hit.document.keys}


def test_a_withdrawn_edition_is_not_found_by_search(world: World, done: Shared) -> None:
    def is_found() -> bool:
        index(world)
        return done.thread_id in {h.document.thread_id for h in found(world, "foreign_officer", "補足です").hits}

    assert is_found()
    world.write(withdraw_sharing, "supporter", WithdrawSharing(done.sharing_id))
    assert not is_found()


def test_no_alias_can_be_called_and_nobody_new_is_offered(world: World, done: Shared) -> None:
    offered = world.client("foreign_officer").get_json(f"/rooms/{world.commons}/mentionable").json
    names = json.dumps(offered, ensure_ascii=False)
    assert "県 四季" in names
    assert "匿名" not in names
    called = "@匿名の職員 さん @ある市町村 さん @県 四季 さん"
    said = world.message(done.thread_id, called, by="foreign_officer")
    with world.store.read() as session:
        mentions = Base.metadata.tables["mentions"]
        query = sa.select(mentions.c.staff_id).where(mentions.c.message_id == said.message_id)
        assert session.scalars(query).all() == [world.supporter]


def test_neither_time_nor_order_nor_gaps_tell_of_the_original(world: World, out: Out) -> None:
    shared = out()
    with world.store.read() as session:
        rows = session.scalars(sa.select(Message).where(Message.thread_id == shared.thread_id)).all()
        thread = session.get_one(Thread, shared.thread_id)
        originals = session.scalars(sa.select(Message).where(Message.thread_id == shared.asked.thread_id)).all()
    assert {m.created_at for m in rows} == {thread.created_at}
    assert min(m.created_at for m in rows) > max(m.created_at for m in originals)
    assert sorted(m.position for m in rows) == [1, 2]


def test_a_new_alias_for_every_edition(world: World, out: Out, consultation: object) -> None:
    first, second = out(), out()
    with world.store.read() as session:
        query = sa.select(Alias.alias_id, Alias.thread_id).where(Alias.staff_id == world.officer)
        found = {thread: alias for alias, thread in session.execute(query)}
    assert set(found) == {first.thread_id, second.thread_id}
    assert found[first.thread_id] != found[second.thread_id]


def test_an_alias_has_no_account_no_place_and_no_size(world: World, done: Shared) -> None:
    with world.store.read() as session:
        rows = session.execute(
            sa.select(Staff, Posting, Organisation)
            .join(Posting, Posting.staff_id == Staff.id)
            .join(Section, Section.id == Posting.section_id)
            .join(Organisation, Organisation.id == Section.organisation_id)
            .where(Staff.is_alias)
        ).all()
    assert len(rows) == 3  # asker, colleague, supporter
    for staff, posting, body in rows:
        assert staff.disabled_at is not None
        assert staff.password_hash is None
        assert posting.until_at == posting.from_at
        assert (body.code, body.population, body.district, body.member) == (None, None, "", False)


def test_no_row_outside_sharing_joins_the_author_to_the_edition(world: World, out: Out) -> None:
    """Whatever is written while the author acts in the edition, in every table: new rows that point at the person are
    rows of sharing, of the audit record (which shows them to their own town alone, below), or private to them."""
    shared = out()
    own = {"sharing_aliases", "audit_entries", "sign_ins"}
    before = rows_of(world, world.officer)
    everything_is_done(world, shared)
    after = rows_of(world, world.officer)
    assert {table for table in after if after[table] != before[table]} <= own


def rows_of(world: World, staff_id: int) -> dict[str, int]:
    """How many rows of each table point at somebody."""
    counts = {}
    with world.store.read() as session:
        for table in Base.metadata.sorted_tables:
            columns = [c for c in table.columns if any(f.column.table.name == "staff" for f in c.foreign_keys)]
            if columns:
                query = sa.select(sa.func.count()).select_from(table).where(sa.or_(*(c == staff_id for c in columns)))
                counts[table.name] = session.execute(query).scalar_one()
    return counts


def test_names_and_secrets_stand_in_no_new_place(world: World, prepared: Out, out: Out) -> None:
    prepared()
    with world.store.read() as session:
        before = {word: places_of(session, word) for word in ("吉岡 一郎", "県 四季", "192.168.1.5")}
    everything_is_done(world, out())
    with world.store.read() as session:
        assert {word: places_of(session, word) for word in before} == before


@pytest.mark.parametrize("who", ["foreign_officer", "bureau", "guest"])
def test_nobody_else_reaches_the_sharing_or_its_origin(world: World, done: Shared, who: str) -> None:
    browser = world.client(who)
    for path in (f"/sharings/{done.sharing_id}", f"/threads/{done.asked.thread_id}"):
        assert browser.get_json(path).status_code == 404
        assert world.client(who).get_json(path.rpartition("/")[0] + "/999999").json == browser.get_json(path).json


def test_the_origin_is_linked_for_those_entitled_alone(world: World, done: Shared) -> None:
    def page(who: str) -> str:
        return world.client(who).get(f"/threads/{done.thread_id}").text

    link = f'href="/threads/{done.asked.thread_id}"'
    assert link not in page("foreign_officer")
    assert f"/sharings/{done.sharing_id}" not in page("foreign_officer")
    assert link in page("officer")
    assert link in page("supporter")


def test_the_audit_record_of_another_town_says_nothing(world: World, done: Shared) -> None:
    with world.store.transaction() as session:
        session.scalars(sa.select(Posting).where(Posting.staff_id == world.foreign_officer)).one().role = "manager"
    text = world.client("foreign_officer").text_of("/admin/audit")
    assert "共有" in world.client("manager").text_of("/admin/audit")
    assert "共有" not in text
    assert not tells(text)


def test_administrators_see_no_alias_among_people_and_bodies(world: World, done: Shared) -> None:
    admin = world.client("admin")
    with world.store.read() as session:
        alias = session.scalars(sa.select(Alias)).first()
        body = session.scalars(sa.select(Organisation).where(Organisation.kind == "匿名")).one()
    assert "吉岡 一郎" in admin.text_of("/admin/people")
    assert "榛東村" in admin.text_of("/admin/organisations")
    for path in ("/admin/people", "/admin/people?state=unposted", "/admin/organisations", "/admin/duties"):
        assert "匿名" not in admin.text_of(path), path
    assert admin.get(f"/admin/people/{alias.alias_id}").status_code == 404
    assert admin.get(f"/admin/people?organisation={body.id}").status_code == 200


def test_the_author_is_told_of_replies_and_nobody_else_can_tell(world: World, done: Shared) -> None:
    assert "参考になりました" in world.client("officer").text_of("/inbox")
    assert "参考になりました" not in world.client("manager").text_of("/inbox")
    entries = world.client("foreign_officer").get("/inbox").text
    assert "匿名の職員さんが返信しました" in entries


def test_the_author_edits_and_deletes_what_their_alias_wrote(world: World, out: Out) -> None:
    shared = out()
    own = world.message(shared.thread_id, "書いたもの", by="officer")
    officer: Browser = world.client("officer")
    foreign, thread = world.client("foreign_officer"), f"/threads/{shared.thread_id}"
    assert "書いたもの" in officer.get(f"/messages/{own.message_id}/edit").text
    assert officer.post_form(f"/messages/{own.message_id}", body="直したもの", version=1).status_code == 303
    text = foreign.text_of(thread)
    assert "直したもの" in text
    assert "書いたもの" not in text
    assert not tells(foreign.get(thread).text)
    assert officer.post_form(f"/messages/{own.message_id}/delete").status_code == 303
    assert "直したもの" not in foreign.text_of(thread)
    assert not tells(foreign.get(thread).text)
    with world.store.read() as session:
        message = session.get_one(Message, own.message_id)
    assert (message.body, message.deleted_at is not None) == ("", True)
    assert message.author_id != world.officer


def test_no_file_joins_what_an_alias_wrote(world: World, out: Out) -> None:
    own = world.message(out().thread_id, "書いたもの", by="officer")
    officer = world.client("officer")
    assert officer.get(f"/messages/{own.message_id}/attachments").status_code in (403, 404)
    uploaded = str(world.upload("officer"))
    answer = officer.post_json(f"/messages/{own.message_id}/attachments", attachment_ids=[uploaded])
    assert answer.status_code in (404, 422)
    post = {"body": "添えます", "client_id": "with-a-file-1", "attachment_ids": [uploaded]}
    answer = officer.post_json(f"/threads/{own.thread_id}/messages", **post)
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["attachment_ids"])


def test_the_audit_record_does_not_tell_the_administrator_either(world: World, out: Out) -> None:
    out()
    sharing = [entry for entry in audit(world, "admin") if entry.entry.action.startswith("sharing.")]
    assert len(sharing) >= 3
    assert {(entry.actor, entry.organisation) for entry in sharing} == {("", "")}
    named = {entry.actor for entry in audit(world, "manager") if entry.entry.action.startswith("sharing.")}
    assert "吉岡 一郎" in named  # their own town's


def audit(world: World, who: str) -> list[Recorded]:
    with world.store.read() as session:
        return list(list_audit(session, world.actor(who), Wanted()))


@pytest.mark.parametrize(
    "body",
    ["吉岡です。", "うちの吉岡が", "吉　岡　町でも", "一郎(吉岡 一郎)", "{section}の者です", "電話は0279-54-3111です"],
)
def test_what_tells_of_the_author_is_not_said_in_the_edition_either(world: World, out: Out, body: str) -> None:
    shared = out()
    with pytest.raises(ValidationFailed):
        world.message(shared.thread_id, body.format(section=world.actor("officer").section_name), by="officer")
    assert world.message(
        shared.thread_id, "吉岡町を見習いたいです。", by="foreign_officer"
    )  # who hides nothing may say


def test_a_colleague_cannot_edit_the_authors_alias(world: World, out: Out) -> None:
    own = world.message(out().thread_id, "書いたもの", by="officer")
    answer = world.client("manager").post_json(f"/messages/{own.message_id}", body="別人", version=1)
    assert answer.status_code == 404


@pytest.mark.parametrize("body", ["吉岡町の者です", "吉岡一郎です", "私は吉岡 一郎"])
def test_nobody_gives_themselves_away_by_mistake(world: World, out: Out, body: str) -> None:
    with pytest.raises(ValidationFailed):
        world.message(out().thread_id, body, by="officer")


def test_a_repeat_of_a_hidden_post_is_one_message(world: World, out: Out) -> None:
    shared = out()
    officer = world.client("officer")
    answers = [
        officer.post_json(f"/threads/{shared.thread_id}/messages", body="一度だけ", client_id="the-same-id")
        for _ in range(2)
    ]
    assert answers[0].json == answers[1].json
    with world.store.read() as session:
        said = session.scalars(
            sa.select(Message.id).where(Message.thread_id == shared.thread_id, Message.body == "一度だけ")
        )
        assert len(said.all()) == 1


def test_only_a_lead_learns_who_it_is_and_leaves_a_record(world: World, done: Shared) -> None:
    for who in ("officer", "manager", "supporter", "foreign_officer", "admin"):
        with pytest.raises((NotFound, Forbidden)):
            world.write(unmask, who, Unmask(done.sharing_id, "知りたい"))
    with pytest.raises(ValidationFailed):
        world.write(unmask, "lead", Unmask(done.sharing_id, " "))
    found = world.write(unmask, "lead", Unmask(done.sharing_id, "本人から連絡の依頼"))
    assert not isinstance(found, Receipt)
    assert ("匿名の職員", "吉岡 一郎", "吉岡町") in [(b.alias, b.name, b.organisation) for b in found]
    assert "匿名の共有版を書いた人の確認" in world.client("manager").text_of("/admin/audit")
