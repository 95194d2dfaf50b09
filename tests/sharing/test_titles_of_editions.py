"""An anonymous edition keeps its secret when it is renamed, and however a name is written."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.errors import ValidationFailed
from hub.records.models import AuditEntry
from hub.rooms.services import create_circle
from hub.sharing.commands import OnSharing, PartText, SaveSharing
from hub.sharing.services.consenting import ask_consent
from hub.sharing.services.preparing import save_sharing
from hub.threads.commands import ChangeHead
from hub.threads.models import Thread
from hub.threads.pseudonyms.naming import names_itself
from hub.threads.services.steering import change_head
from tests.factories import World

Make = Callable[..., object]
WAYS = (
    "前*橋*市", "前**橋**市", "前_橋_市", "**前橋**市", "前 橋 市", "前　橋　市", "前・橋・市", "前\u200b橋\u200b市",
    "[前橋](https://example.jp/)市", "前`橋`市", "前~~橋~~市", "前-橋-市", "＊前＊橋＊市", "前\n橋市", "「前橋」市",
    "前\\*橋\\*市",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_found_however_it_is_marked(way: str) -> None:
    """Would fail for marks, middle dots and links while spaces alone were taken out."""
    assert names_itself(f"うちの{way}では", ["前橋市"]) == "前橋市"


@pytest.mark.parametrize("text", ["駅前。橋市場は別です", "以前、橋市という名で", "前の橋は市のもの", ""])
def test_what_only_looks_alike_is_not_a_name(text: str) -> None:
    assert names_itself(text, ["前橋市", "", " "]) == ""


@pytest.mark.parametrize("who", ["officer", "manager", "supporter", "lead"])
def test_whoever_knows_the_consultation_cannot_rename_the_edition_to_its_town(
    world: World, out: Make, who: str
) -> None:
    shared = out()
    for title in ("吉岡町の窓口", "吉*岡*町の窓口", "吉岡 一郎さんの相談"):
        with pytest.raises(ValidationFailed) as refusal:
            world.write(change_head, who, ChangeHead(shared.thread_id, title))
        assert set(refusal.value.fields) == {"title"}
        with pytest.raises(ValidationFailed):
            world.write(change_head, who, ChangeHead(shared.thread_id, body=title, summary_version=0))
    world.write(change_head, who, ChangeHead(shared.thread_id, "窓口の待ち時間"))
    with world.store.read() as session:
        assert session.get_one(Thread, shared.thread_id).title == "窓口の待ち時間"


def test_a_guess_of_others_is_neither_confirmed_nor_denied(world: World, out: Make) -> None:
    shared = out()
    for title in ("吉岡町の窓口", "前橋市の窓口"):
        world.write(change_head, "foreign_officer", ChangeHead(shared.thread_id, title))
        with world.store.read() as session:
            assert session.get_one(Thread, shared.thread_id).title == title


def test_an_edition_in_preparation_is_held_to_the_same(world: World, prepared: Make) -> None:
    shared = prepared()
    command = SaveSharing(shared.sharing_id, 1, "窓口", [PartText(1, True, "吉*岡*町です。")], world.commons, True)
    version = world.write(save_sharing, "officer", command).data["version"]
    with pytest.raises(ValidationFailed):
        world.write(ask_consent, "officer", OnSharing(shared.sharing_id, version))


def entries(world: World) -> list[tuple[str, int, int | None]]:
    query = sa.select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.organisation_id)
    actions = ("thread.renamed", "thread.summarised")
    with world.store.read() as session:
        return [
            tuple(row) for row in session.execute(query.where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id))
        ]


def test_titles_and_summaries_rewritten_by_another_body_are_on_record(world: World) -> None:
    """For the managers of the body whose matter it is; one's own are not. Nothing of the words is kept there."""
    with world.store.transaction() as session:
        circle = create_circle(session, "研究会", "", [world.town, world.foreign_town]).id
    asked = world.thread(circle, "consultation", "困っています", by="officer").thread_id
    world.write(change_head, "officer", ChangeHead(asked, "自分の題名"))
    world.write(change_head, "manager", ChangeHead(asked, body="自分のまとめ", summary_version=0))
    assert entries(world) == []
    world.write(change_head, "foreign_officer", ChangeHead(asked, "よその題名"))
    world.write(change_head, "supporter", ChangeHead(asked, body="県のまとめ", summary_version=1))
    assert entries(world) == [
        ("thread.renamed", world.foreign_officer, world.town),
        ("thread.summarised", world.supporter, world.town),
    ]
    page = world.client("manager").text_of("/admin/audit")
    assert "他団体による題名の変更" in page
    assert "よその題名" not in page


def test_the_record_of_an_edition_names_nobody_who_hides(world: World, out: Make) -> None:
    shared = out()
    world.write(change_head, "officer", ChangeHead(shared.thread_id, "窓口の待ち時間"))
    (action, actor, body) = entries(world)[0]
    assert (action, body) == ("thread.renamed", world.prefecture)
    assert actor != world.officer
