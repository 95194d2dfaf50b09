"""Tags and bases of a draft are the town's own until it is published."""

import sqlalchemy as sa

from hub.library.commands import AddBasis, AddTag, AddTagGroup
from hub.library.models import Basis, Tag, TagGroup
from hub.library.services.bases import add_basis
from hub.library.services.vocabulary import add_tag, add_tag_group
from tests.factories import World
from tests.library.conftest import Library
from tests.search.finding import index

TAG, BASIS = "極秘の統合準備", "吉岡町・榛東村合併協議要綱"


def draft(library: Library) -> int:
    case = library.draft("officer")
    library.save(case, tags=[TAG], bases=[{"name": BASIS, "note": ""}])
    return case


def form_of(world: World, library: Library, who: str, organisation: int | None = None) -> str:
    own = library.draft(who, title="別の事例", organisation=organisation)
    return "".join(world.client(who).get(f"/cases/{own}/edit?step={step}").text for step in range(1, 6))


def test_forms_name_nothing_of_another_towns_draft(world: World, library: Library) -> None:
    case = draft(library)
    foreign = form_of(world, library, "foreign_officer")
    assert (TAG in foreign, BASIS in foreign) == (False, False)
    for who, organisation in (("officer", None), ("supporter", world.prefecture)):
        own = form_of(world, library, who, organisation)
        assert (TAG in own, BASIS in own) == (True, True), who
    library.publish(case)
    foreign = form_of(world, library, "foreign_officer")
    assert (TAG in foreign, BASIS in foreign) == (True, True)


def test_lists_and_search_do_not_tell_that_a_tag_of_a_draft_is_there(world: World, library: Library) -> None:
    draft(library)
    library.published("公開の事例")
    index(world)
    with world.store.read() as session:
        tag = session.scalars(sa.select(Tag.id).where(Tag.name == TAG)).one()
    reader = world.client("foreign_officer")
    assert TAG not in reader.text_of(f"/cases?tag={tag}")
    for known, unknown in ((f"/cases?tag={TAG}", "/cases?tag=どこにもないタグ"),):
        assert reader.text_of(known).replace(TAG, "") == reader.text_of(unknown).replace("どこにもないタグ", "")
    texts = {word: reader.text_of(f"/search?q=窓口 tag:{word}") for word in (TAG, "どこにもないタグ")}
    assert len({text.replace(word, "") for word, text in texts.items()}) == 1


def test_what_the_dx_section_looks_after_is_named_to_everybody(world: World, library: Library) -> None:
    world.write(add_basis, "lead", AddBasis("個人情報保護法"))
    world.write(add_tag_group, "lead", AddTagGroup("手段"))
    with world.store.read() as session:
        group = session.scalars(sa.select(TagGroup.id)).first()
        assert session.scalars(sa.select(Basis.curated)).all() == [True]
    world.write(add_tag, "lead", AddTag(str(group), "生成AI"))
    form = form_of(world, library, "foreign_officer")
    assert ("個人情報保護法" in form, "生成AI" in form) == (True, True)
