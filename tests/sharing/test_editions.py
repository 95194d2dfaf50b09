"""Preparing, agreeing to, putting out and withdrawing an edition."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.errors import Closed, Conflict, Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.rooms.services import create_circle
from hub.sharing.commands import (
    AnswerHelp,
    HideDetails,
    OnSharing,
    PartText,
    Prepare,
    ReturnSharing,
    SaveSharing,
    WithdrawSharing,
)
from hub.sharing.models import Sharing
from hub.sharing.parties import waiting_for
from hub.sharing.queries import parts_of
from hub.sharing.services.answering import answer_help
from hub.sharing.services.consenting import ask_consent, consent, return_sharing
from hub.sharing.services.editions import withdraw_sharing
from hub.sharing.services.preparing import hide_details, prepare, save_sharing
from hub.threads.commands import ChangeHead, RedactMessage, SetReaction
from hub.threads.models import Message, Thread
from hub.threads.services.editing import redact_message
from hub.threads.services.responding import set_reaction
from hub.threads.services.steering import change_head
from tests.factories import Posted, World, places_of
from tests.sharing.conftest import QUESTION, Shared

Make = Callable[..., Shared]


def state_of(world: World, sharing_id: int) -> Sharing:
    with world.store.read() as session:
        return session.get_one(Sharing, sharing_id)


def bodies(world: World, thread_id: int) -> list[str]:
    with world.store.read() as session:
        query = sa.select(Message.body).where(Message.thread_id == thread_id).order_by(Message.position)
        return list(session.scalars(query))


def count_threads(world: World) -> int:
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(Thread)).scalar_one()


def saved(world: World, shared: Shared, version: int = 1, by: str = "officer", **changes: object) -> int:
    texts = [
        PartText(position=1, included=True, body="窓口の待ち時間を短くしたいです。"),
        PartText(2, True, "まず数えます。"),
    ]
    more = {"title": "窓口の待ち時間", "room_id": world.commons, "anonymous": True, "parts": texts} | changes
    return int(world.write(save_sharing, by, SaveSharing(shared.sharing_id, version, **more)).data["version"])


@pytest.mark.parametrize("who", ["foreign_officer", "bureau", "guest", "admin"])
def test_outsiders_can_prepare_nothing(world: World, consultation: tuple[Posted, Posted], who: str) -> None:
    with pytest.raises(NotFound):
        world.write(prepare, who, Prepare(consultation[0].thread_id, "edition"))


def test_notices_commons_and_editions_are_not_shared(world: World, out: Make) -> None:
    notice = world.thread(world.room, "notice", by="supporter")
    common = world.thread(world.commons)
    for thread_id in (notice.thread_id, common.thread_id, out().thread_id):
        with pytest.raises(Closed):
            world.write(prepare, "supporter", Prepare(thread_id, "edition"))


def test_beginning_twice_goes_on_with_the_first(world: World, prepared: Make) -> None:
    assert prepared().sharing_id == prepared(by="supporter").sharing_id


def test_an_anonymous_edition_begins_without_names_and_settings(world: World, prepared: Make) -> None:
    with world.store.read() as session:
        texts = [part.body for part in parts_of(session, prepared().sharing_id)]
    assert texts[0] == (
        "【団体名】の【氏名】です。窓口の待ち時間を短くしたいのですが、【設定情報】 の更新に1,200万円かかります。"
    )
    assert "四季" not in texts[1]


def test_nothing_goes_out_before_both_sides_agree(world: World, prepared: Make) -> None:
    shared, before = prepared(), count_threads(world)
    world.write(ask_consent, "officer", OnSharing(shared.sharing_id, 1))
    world.write(consent, "manager", OnSharing(shared.sharing_id, 1))
    assert state_of(world, shared.sharing_id).state == "asked"
    assert count_threads(world) == before
    assert world.client("foreign_officer").get_json(f"/rooms/{world.commons}").json["threads"] == []
    world.write(consent, "lead", OnSharing(shared.sharing_id, 1))
    assert state_of(world, shared.sharing_id).state == "out"
    assert count_threads(world) == before + 1


def test_the_dx_section_cannot_agree_for_the_town(world: World, prepared: Make) -> None:
    shared = prepared(by="supporter")
    world.write(ask_consent, "supporter", OnSharing(shared.sharing_id, 1))
    world.write(consent, "lead", OnSharing(shared.sharing_id, 1))
    assert state_of(world, shared.sharing_id).state == "asked"
    world.write(consent, "officer", OnSharing(shared.sharing_id, 1))
    assert state_of(world, shared.sharing_id).state == "out"


def test_a_changed_text_needs_every_consent_again(world: World, prepared: Make) -> None:
    shared = prepared()
    world.write(ask_consent, "officer", OnSharing(shared.sharing_id, 1))
    version = saved(world, shared, by="supporter")
    assert (version, state_of(world, shared.sharing_id).state) == (2, "preparing")
    with pytest.raises((Closed, Conflict)):
        world.write(consent, "supporter", OnSharing(shared.sharing_id, 1))
    with pytest.raises(Conflict):
        world.write(ask_consent, "officer", OnSharing(shared.sharing_id, 1))


def test_saving_the_same_changes_nothing(world: World, prepared: Make) -> None:
    shared = prepared()
    assert saved(world, shared) == 2
    assert saved(world, shared, 2) == 2


def test_whether_names_are_shown_is_saved_and_is_a_change(world: World, prepared: Make) -> None:
    shared = prepared(False)
    for version, anonymous in ((1, True), (2, False)):
        assert saved(world, shared, version, anonymous=anonymous) == version + 1
        assert state_of(world, shared.sharing_id).anonymous is anonymous


def test_what_becomes_a_case_has_neither_room_nor_aliases(world: World, consultation: tuple[Posted, Posted]) -> None:
    data = world.write(prepare, "supporter", Prepare(consultation[0].thread_id, "case")).data
    before = state_of(world, int(data["sharing_id"]))
    more = {"title": "待ち時間を数える", "room_id": world.commons, "anonymous": not before.anonymous, "parts": []}
    world.write(save_sharing, "supporter", SaveSharing(before.id, 1, **more))
    after = state_of(world, before.id)
    assert (after.title, after.room_id, after.anonymous) == ("待ち時間を数える", None, before.anonymous)


def test_two_editors_the_second_is_told(world: World, prepared: Make) -> None:
    shared = prepared()
    saved(world, shared)
    with pytest.raises(Conflict):
        saved(world, shared, 1, by="supporter", title="知らずに付けた題名")
    assert state_of(world, shared.sharing_id).title == "窓口の待ち時間"


def test_sent_back_with_a_reason_it_is_prepared_again(world: World, prepared: Make) -> None:
    shared = prepared()
    world.write(ask_consent, "officer", OnSharing(shared.sharing_id, 1))
    with pytest.raises(ValidationFailed):
        world.write(return_sharing, "supporter", ReturnSharing(shared.sharing_id, 1, " "))
    world.write(return_sharing, "supporter", ReturnSharing(shared.sharing_id, 1, "金額を丸めてください"))
    found = state_of(world, shared.sharing_id)
    assert (found.state, found.remark) == ("returned", "金額を丸めてください")
    with pytest.raises(Closed):
        world.write(consent, "supporter", OnSharing(shared.sharing_id, 1))
    version = saved(world, shared)
    assert state_of(world, shared.sharing_id).state == "returned"
    world.write(ask_consent, "officer", OnSharing(shared.sharing_id, version))
    found = state_of(world, shared.sharing_id)
    assert (found.state, found.remark) == ("asked", "")
    world.write(consent, "supporter", OnSharing(shared.sharing_id, version))
    found = state_of(world, shared.sharing_id)
    assert bodies(world, found.edition_id or 0) == ["窓口の待ち時間を短くしたいです。", "まず数えます。"]


def test_it_waits_for_whoever_has_not_agreed(world: World, prepared: Make) -> None:
    shared = prepared()
    world.write(ask_consent, "officer", OnSharing(shared.sharing_id, 1))

    def waiting(who: str) -> list[int]:
        with world.store.read() as session:
            return [s.id for s, _t, _r in waiting_for(session, world.actor(who))]

    assert waiting("supporter") == [shared.sharing_id]
    assert waiting("officer") == waiting("foreign_officer") == waiting("guest") == []


def test_an_anonymous_edition_that_names_its_town_is_refused(world: World, prepared: Make) -> None:
    shared = prepared()
    version = saved(
        world, shared, title="吉岡町の窓口", parts=[PartText(1, True, "吉岡一郎より"), PartText(2, True, "県 四季")]
    )
    with pytest.raises(ValidationFailed) as fault:
        world.write(ask_consent, "officer", OnSharing(shared.sharing_id, version))
    assert set(fault.value.fields) == {"title", "body-1", "body-2"}


def test_an_edition_with_nothing_in_it_is_refused(world: World, prepared: Make) -> None:
    shared = prepared()
    version = saved(world, shared, parts=[PartText(1, False, ""), PartText(2, False, "")])
    with pytest.raises(ValidationFailed):
        world.write(ask_consent, "officer", OnSharing(shared.sharing_id, version))


def test_it_goes_into_a_room_of_all_members_only(world: World, prepared: Make) -> None:
    shared = prepared()
    for room in (world.room, world.foreign_room, 999_999):
        with pytest.raises(ValidationFailed):
            saved(world, shared, room_id=room)


def test_details_are_hidden_by_kind(world: World, prepared: Make) -> None:
    shared = prepared(False)
    world.write(hide_details, "officer", HideDetails(shared.sharing_id, 1, ["money", "body"]))
    with world.store.read() as session:
        text = parts_of(session, shared.sharing_id)[0].body
    assert "【金額】" in text
    assert "【団体名】の吉岡 一郎" in text
    assert "192.168.1.5" in text


def test_the_original_never_changes(world: World, out: Make, consultation: tuple[Posted, Posted]) -> None:
    asked = consultation[0]

    def texts() -> list[tuple[str, int, str]]:
        with world.store.read() as session:
            query = sa.select(Message).where(Message.thread_id == asked.thread_id).order_by(Message.position)
            return [(m.body, m.version, session.get_one(Thread, m.thread_id).title) for m in session.scalars(query)]

    asked, before = consultation[0], None
    before = texts()
    assert len(before) > 1
    edition = out().thread_id
    assert texts() == before
    assert not set(bodies(world, edition)) & {body for body, *_ in before}


def test_an_edition_by_name_shows_its_authors(world: World, out: Make) -> None:
    shared = out(anonymous=False)
    json = world.client("foreign_officer").get_json(f"/threads/{shared.thread_id}").json
    assert [m["author"]["name"] for m in json["messages"]] == ["吉岡 一郎", "県 四季"]
    assert (json["thread"]["edition"], json["messages"][1]["reply_position"]) == ("named", 1)


def test_every_town_that_wrote_has_to_agree(world: World) -> None:
    with world.store.transaction() as session:
        circle = create_circle(session, "研究会", "", [world.town, world.foreign_town]).id
    asked = world.thread(circle, "consultation", "困っています", by="officer")
    world.message(asked, "うちではこうしました", by="foreign_officer")
    sharing_id = int(world.write(prepare, "officer", Prepare(asked.thread_id, "edition", True)).data["sharing_id"])
    world.write(ask_consent, "officer", OnSharing(sharing_id, 1))
    world.write(consent, "supporter", OnSharing(sharing_id, 1))
    assert state_of(world, sharing_id).state == "asked"
    world.write(consent, "foreign_officer", OnSharing(sharing_id, 1))
    assert state_of(world, sharing_id).state == "out"


def test_whoever_is_no_party_cannot_agree(world: World) -> None:
    with world.store.transaction() as session:
        circle = create_circle(session, "研究会", "", [world.town, world.foreign_town]).id
    asked = world.thread(circle, "consultation", "困っています", by="officer")
    sharing_id = int(world.write(prepare, "officer", Prepare(asked.thread_id, "edition", True)).data["sharing_id"])
    world.write(ask_consent, "officer", OnSharing(sharing_id, 1))
    for service, command in (
        (consent, OnSharing(sharing_id, 1)),
        (return_sharing, ReturnSharing(sharing_id, 1, "反対")),
        (withdraw_sharing, WithdrawSharing(sharing_id)),
    ):
        with pytest.raises(Forbidden):
            world.write(service, "foreign_officer", command)


def test_a_withdrawn_edition_is_gone_everywhere_but_for_a_tombstone(world: World, out: Make) -> None:
    shared = out()
    world.message(shared.thread_id, "そのあとの補足の文章", by="officer")
    reply = world.message(shared.thread_id, "よその町の返信", by="foreign_officer")
    world.write(set_reaction, "foreign_officer", SetReaction(reply.message_id, "👍", True))
    world.write(
        change_head, "foreign_officer", ChangeHead(shared.thread_id, body="待ち時間のまとめ", summary_version=0)
    )
    written = ("【団体名】の【氏名】です", "そのあとの補足の文章", "待ち時間のまとめ")
    with world.store.read() as session:
        assert all("feed_events.data" in places_of(session, words) for words in written)
    world.write(withdraw_sharing, "officer", WithdrawSharing(shared.sharing_id))
    with world.store.read() as session:
        assert [places_of(session, words) for words in written] == [set()] * 3
        thread = session.get_one(Thread, shared.thread_id)
        assert (thread.edition, thread.locked_at is not None) == ("withdrawn", True)
        types = [e.type for e in session.scalars(sa.select(FeedEvent).where(FeedEvent.thread_id == thread.id))]
    assert types.count("void") >= 3
    page = world.client("foreign_officer").text_of(f"/threads/{shared.thread_id}")
    assert "この共有版は取り下げられました" in page
    assert "よその町の返信" in page
    assert bodies(world, shared.asked.thread_id)[0] == QUESTION


def test_nobody_writes_in_a_withdrawn_edition_and_it_is_withdrawn_once(world: World, out: Make) -> None:
    shared = out()
    world.write(withdraw_sharing, "supporter", WithdrawSharing(shared.sharing_id))
    with pytest.raises(Closed):
        world.message(shared.thread_id, "もう一言", by="foreign_officer")
    with pytest.raises(Conflict):
        world.write(withdraw_sharing, "supporter", WithdrawSharing(shared.sharing_id))


def test_outsiders_withdraw_nothing(world: World, out: Make) -> None:
    shared = out()
    with pytest.raises(NotFound):
        world.write(withdraw_sharing, "foreign_officer", WithdrawSharing(shared.sharing_id))
    assert state_of(world, shared.sharing_id).state == "out"


def test_what_is_redacted_in_the_original_leaves_the_preparation_too(world: World, prepared: Make) -> None:
    shared = prepared(False)
    world.write(redact_message, "manager", RedactMessage(shared.asked.message_id, "個人情報"))
    with world.store.read() as session:
        assert places_of(session, "窓口の待ち時間を短く") == set()


def test_the_asker_is_asked_once_and_never_again(world: World, consultation: tuple[Posted, Posted]) -> None:
    thread_id = consultation[0].thread_id
    question = "この相談を、匿名でほかの市町村と共有しますか"
    for who, asked in (("officer", True), ("manager", False), ("supporter", False)):
        assert (question in world.client(who).text_of(f"/threads/{thread_id}")) is asked, who
    for who in ("manager", "supporter"):
        with pytest.raises(Forbidden):
            world.write(answer_help, who, AnswerHelp(thread_id, True))
    world.write(answer_help, "officer", AnswerHelp(thread_id, False))
    assert question not in world.client("officer").text_of(f"/threads/{thread_id}")
    with pytest.raises(Conflict):
        world.write(answer_help, "officer", AnswerHelp(thread_id, True))


def test_yes_begins_an_anonymous_edition(world: World, consultation: tuple[Posted, Posted]) -> None:
    data = world.write(answer_help, "officer", AnswerHelp(consultation[0].thread_id, True)).data
    assert state_of(world, int(data["sharing_id"])).anonymous


def test_until_it_is_solved_the_question_is_hidden(world: World) -> None:
    asked = world.thread(world.room, "consultation", "まだ回答がない", by="officer")
    officer, address = world.client("officer"), f"/threads/{asked.thread_id}"
    assert "data-help-others hidden" in officer.get(address).text
    world.message(asked, "こうします。", by="supporter")
    assert "data-help-others hidden" in officer.get(address).text
    for closed_as, hidden in (("withdrawn", True), ("solved", False)):
        officer.post_form(f"{address}/state", state="closed", closed_as=closed_as)
        assert ("data-help-others hidden" in officer.get(address).text) is hidden, closed_as


def test_a_request_for_consent_is_where_people_look(world: World, prepared: Make) -> None:
    menu = 'href="/sharings"'
    assert menu not in world.client("supporter").get("/inbox").text
    sharing = prepared()
    assert menu in world.client("supporter").get("/inbox").text
    assert menu not in world.client("foreign_officer").get("/inbox").text
    asked = f'href="/sharings/{sharing.sharing_id}"'
    world.write(ask_consent, "officer", OnSharing(sharing.sharing_id, 1))
    for page in ("/", "/inbox"):
        assert asked in world.client("supporter").get(page).text, page
        assert asked not in world.client("officer").get(page).text, page  # who asked has agreed
    counts = [world.client(who).get_json("/inbox/count").json["count"] for who in ("supporter", "officer", "manager")]
    assert counts == [1, 1, 0]  # the officer's is the reply to the question
    with world.store.read() as session:
        told = session.scalars(sa.select(FeedEvent.stream).where(FeedEvent.type == "inbox:changed")).all()
    assert f"user:{world.supporter}" in told
    assert not {f"user:{world.staff_id(who)}" for who in ("officer", "manager", "foreign_officer", "guest")} & set(told)
    world.write(consent, "supporter", OnSharing(sharing.sharing_id, 1))
    assert asked not in world.client("supporter").get("/inbox").text
