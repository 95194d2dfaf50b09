"""系譜: across generations, through the reader's eyes."""

import pytest

from hub.errors import NotFound, ValidationFailed
from hub.library.commands import ShareCase
from hub.library.services.published import share_case
from hub.spreading.commands import LinkPredecessor, UnlinkPredecessor
from hub.spreading.drawing import draw, shortened
from hub.spreading.lineage import Node, lineage_of
from hub.spreading.services.descent import link_predecessor, unlink_predecessor
from tests.factories import World
from tests.spreading.world import adoption_of, case_of


def tree(world: World, case_id: int, who: str = "foreign_officer") -> list[tuple[str, int]]:
    with world.store.read() as session:
        return [(node.label, node.depth) for node in lineage_of(session, world.actor(who), case_id)]


def link(world: World, case_id: int, earlier: int | str, who: str = "supporter") -> None:
    world.write(link_predecessor, who, LinkPredecessor(case_id, str(earlier), "市の仕組みを土台にした"))


def test_a_case_alone_has_no_lineage(world: World) -> None:
    assert tree(world, case_of(world, world.town)) == []


def test_three_generations_and_who_learned_from_whom(world: World) -> None:
    first, second = case_of(world, world.town, "町の仕組み"), case_of(world, world.prefecture, "県の仕組み")
    third = case_of(world, world.foreign_town, "村の仕組み")
    link(world, second, first)
    link(world, third, f"http://hub.test/cases/{second}?version=1#x")
    adoption_of(world, second, world.town, "adopted")
    adoption_of(world, second, world.foreign_town, "adapted", learned_from_id=world.town)
    expected = [("町の仕組み", 0), ("県の仕組み", 1), ("村の仕組み", 2), ("吉岡町", 2)]
    for case in (first, second, third):  # 榛東村 stands there with its own case
        assert tree(world, case) == expected
    world.write(unlink_predecessor, "supporter", UnlinkPredecessor(third, second))
    assert tree(world, first)[2:] == [("吉岡町", 2), ("榛東村", 3)]
    page = world.client("officer").get(f"/cases/{second}").text
    assert page.count('class="lineage__line') == 3
    assert "市の仕組みを土台にした" in page


def test_a_case_of_two_parents_hangs_on_both(world: World) -> None:
    """It stands below the first; a line of its own leads to the second, and the table says both with what was taken."""
    first, second = case_of(world, world.town, "町の窓口"), case_of(world, world.prefecture, "県の帳票")
    child = case_of(world, world.foreign_town, "村の総合窓口")
    link(world, child, first)
    world.write(link_predecessor, "supporter", LinkPredecessor(child, str(second), "帳票の番号だけ"))
    with world.store.read() as session:
        nodes = lineage_of(session, world.actor("officer"), child)
    assert [(n.label, n.parent, [(a.label, a.note, a.place) for a in n.also]) for n in nodes] == [
        ("町の窓口", None, []),
        ("村の総合窓口", 0, [("県の帳票", "帳票の番号だけ", 2)]),
        ("県の帳票", None, []),
    ]
    rows = draw(nodes).rows
    assert [len(row.further) for row in rows] == [0, 1, 0]
    start, end = rows[2], rows[1]
    assert rows[1].further[0].startswith(f"M{start.x - 8} {start.y + 4}H")
    assert rows[1].further[0].endswith(f"V{end.y + 4}H{end.x - 8}")
    page = world.client("officer").get(f"/cases/{child}").text
    assert page.count("lineage__line--also") == 1
    assert "ほかに参考にした事例：県の帳票" in page
    assert "県の帳票：帳票の番号だけ" in page
    world.write(share_case, "supporter", ShareCase(second, "dx"))
    page = world.client("officer").get(f"/cases/{child}").text
    assert "県の帳票" not in page
    assert "lineage__line--also" not in page


def test_two_who_learned_from_each_other_are_both_there_once(world: World) -> None:
    case = case_of(world, world.prefecture)
    adoption_of(world, case, world.town, "trial", learned_from_id=world.foreign_town)
    adoption_of(world, case, world.foreign_town, "trial", learned_from_id=world.town)
    assert sorted(label for label, _depth in tree(world, case)) == ["吉岡町", "書かない窓口", "榛東村"]


def test_what_the_reader_may_not_read_is_not_in_it(world: World) -> None:
    secret, known = case_of(world, world.town, "町だけの話"), case_of(world, world.prefecture, "県の仕組み")
    link(world, known, secret)
    world.write(share_case, "manager", ShareCase(secret, "town"))
    assert tree(world, known) == []
    assert tree(world, known, "officer") == [("町だけの話", 0), ("県の仕組み", 1)]
    assert "町だけの話" not in world.client("foreign_officer").text_of(f"/cases/{known}/spread")


def test_a_proposal_and_a_refusal_are_no_descent(world: World) -> None:
    case = case_of(world, world.prefecture)
    adoption_of(world, case, world.town, "declined")
    adoption_of(world, case, world.foreign_town, "trial", confirmed=False)
    assert tree(world, case) == []


def test_a_chain_does_not_bite_its_own_tail(world: World) -> None:
    one, two, three = (case_of(world, world.prefecture, f"事例{n}") for n in range(3))
    link(world, two, one)
    link(world, three, two)
    for case, earlier in ((one, three), (one, two), (one, one), (one, 999_999), (one, "書かない窓口"), (one, "")):
        with pytest.raises(ValidationFailed):
            link(world, case, earlier)
    with pytest.raises(NotFound):
        link(world, one, two, who="guest")


def test_the_picture_holds_every_node_and_shortens_long_names() -> None:
    nodes = [Node("あ" * 90, "町", 0, None, 1)] + [Node(f"団体{n}", "町", n + 1, n) for n in range(9)]
    picture = draw(nodes)
    assert len(picture.rows) == 10
    assert [row.line == "" for row in picture.rows] == [True] + [False] * 9
    assert max(row.x for row in picture.rows) < picture.width
    assert max(row.y for row in picture.rows) < picture.height
    assert len(shortened("あ" * 90, 30)) == 30
    assert shortened("ab" * 20, 30) == "ab" * 20


def test_what_is_known_of_the_time_stands_on_an_axis() -> None:
    """The earlier further to the left; what nobody dated has no mark there."""
    since = ("2020-04", "", "2024年10月")
    nodes = [Node(f"事例{n}", "町", 0, None, n + 1, since=when) for n, when in enumerate(since)]
    picture = draw(nodes)
    assert picture.axis is not None
    first, none, last = (row.at for row in picture.rows)
    assert none is None
    assert first is not None
    assert last is not None
    assert max(row.x for row in picture.rows) < picture.axis.left < first < last < picture.axis.right < picture.width
    assert [tick.year for tick in picture.axis.ticks] == [2020, 2021, 2022, 2023, 2024, 2025]
    assert draw([Node("事例", "町", 0, None, 1)]).axis is None
