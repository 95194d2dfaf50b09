"""Proposals that a town settles, news for the author's side, thanks for the adopter."""

import pytest
import sqlalchemy as sa

from hub.errors import NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.library.commands import Adopt
from hub.library.models import Adoption
from hub.library.services.adopting import adopt_case, propose_adoption
from hub.spreading.commands import Hear, SeeThanks, SettleProposal
from hub.spreading.models import Echo
from hub.spreading.queries import count_news
from hub.spreading.services.hearing import hear_adoption, see_thanks, settle_proposal
from tests.factories import World
from tests.spreading.world import adoption_of, case_of


def waiting(world: World, who: str) -> int:
    with world.store.read() as session:
        return count_news(session, world.actor(who))


def test_a_proposal_is_settled_by_nobody_but_its_town(world: World) -> None:
    case = case_of(world, world.prefecture)
    adoption = adoption_of(world, case, world.town, confirmed=False)
    for who in ("foreign_officer", "supporter", "lead", "bureau", "guest", "admin"):
        for on in (True, False):
            with pytest.raises(NotFound):
                world.write(settle_proposal, who, SettleProposal(adoption, on))
    assert [waiting(world, who) for who in ("officer", "manager", "foreign_officer", "supporter")] == [1, 1, 0, 0]
    world.write(settle_proposal, "officer", SettleProposal(adoption, True))
    assert waiting(world, "manager") == 0
    with pytest.raises(NotFound):  # settled is settled
        world.write(settle_proposal, "officer", SettleProposal(adoption, False))


def test_a_refused_proposal_is_gone(world: World) -> None:
    adoption = adoption_of(world, case_of(world, world.prefecture), world.town, confirmed=False)
    world.write(settle_proposal, "manager", SettleProposal(adoption, False))
    with world.store.read() as session:
        assert session.get(Adoption, adoption) is None


def test_the_author_s_town_hears_once_and_again_when_the_state_changes(world: World) -> None:
    case = case_of(world, world.town)
    world.write(adopt_case, "foreign_officer", Adopt(case, "considering"))
    with world.store.read() as session:
        adoption = session.scalars(sa.select(Adoption.id)).one()
    assert [waiting(world, who) for who in ("officer", "manager", "foreign_officer", "supporter")] == [1, 1, 0, 0]
    for who in ("foreign_officer", "supporter", "guest"):
        with pytest.raises(NotFound):
            world.write(hear_adoption, who, Hear(adoption))
    world.write(hear_adoption, "officer", Hear(adoption))
    assert waiting(world, "manager") == 0
    world.write(adopt_case, "foreign_officer", Adopt(case, "considering", reason="言葉だけ直した"))
    assert waiting(world, "officer") == 0
    world.write(adopt_case, "foreign_officer", Adopt(case, "adapted"))
    assert waiting(world, "officer") == 1


def test_thanks_reach_the_adopter_and_wait_until_somebody_there_has_seen_them(world: World) -> None:
    adoption = adoption_of(world, case_of(world, world.town), world.foreign_town, "adopted")
    with pytest.raises(ValidationFailed):
        world.write(hear_adoption, "officer", Hear(adoption, "あ" * 501))
    world.write(hear_adoption, "officer", Hear(adoption, "使ってくださりありがとうございます。"))
    assert (waiting(world, "officer"), waiting(world, "foreign_officer")) == (0, 1)
    with pytest.raises(NotFound):
        world.write(see_thanks, "officer", SeeThanks(adoption))
    world.write(see_thanks, "foreign_officer", SeeThanks(adoption))
    assert waiting(world, "foreign_officer") == 0
    with world.store.read() as session:
        assert session.get_one(Echo, adoption).thanks.startswith("使って")


def test_nobody_hears_of_a_case_that_was_taken_back(world: World) -> None:
    case = case_of(world, world.town)
    adoption_of(world, case, world.foreign_town)
    world.client("manager").post_form(f"/cases/{case}/withdraw")
    assert waiting(world, "officer") == 0


def test_a_proposal_stands_on_home_and_inbox_and_is_confirmed_there(world: World) -> None:
    case = case_of(world, world.prefecture, title="移動窓口")
    command = Adopt(case, "trial", world.town, reason="福祉バスに合わせると試せそう")
    world.write(propose_adoption, "supporter", command)
    officer = world.client("officer")
    for address in ("/", "/inbox"):
        page = officer.text_of(address)
        assert "移動窓口" in page
        assert "福祉バスに合わせると試せそう" in page
        assert "提案のとおり確定する" in page
    assert "提案のとおり確定する" not in world.client("foreign_officer").text_of("/inbox")
    assert "福祉バス" not in world.client("foreign_officer").text_of(f"/cases/{case}")
    with world.store.read() as session:
        adoption = session.scalars(sa.select(Adoption.id)).one()
    assert officer.post_form(f"/adoptions/{adoption}/settlement", on="1").status_code == 303
    assert "福祉バス" in world.client("foreign_officer").text_of(f"/cases/{case}")


def told(world: World) -> dict[str, list[str]]:
    """Who was told at once, and of what."""
    query = sa.select(FeedEvent.stream, FeedEvent.data).where(FeedEvent.type == "inbox:changed").order_by(FeedEvent.id)
    found: dict[str, list[str]] = {}
    with world.store.read() as session:
        for stream, data in session.execute(query):
            found.setdefault(stream, []).append(data["kind"])
    return found


def test_both_sides_are_told_at_once(world: World) -> None:
    case = case_of(world, world.town)
    world.write(adopt_case, "foreign_officer", Adopt(case, "trial"))
    assert told(world) == {
        f"user:{world.staff_id(who)}": ["adoption"] for who in ("officer", "manager", "shared", "both")
    }
    with world.store.read() as session:
        adoption = session.scalars(sa.select(Adoption.id)).one()
    world.write(hear_adoption, "officer", Hear(adoption, "ありがとうございます"))
    assert told(world)[f"user:{world.foreign_officer}"] == ["thanks"]
    world.write(propose_adoption, "supporter", Adopt(case_of(world, world.prefecture), "adopted", world.foreign_town))
    assert told(world)[f"user:{world.foreign_officer}"] == ["thanks", "proposal"]
    assert world.client("foreign_officer").get_json("/inbox/count").json["count"] == 2
