"""Fields, tags and bases: what the prefecture looks after."""

from datetime import date

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.library.commands import (
    AddBasis,
    AddField,
    AddTag,
    AddTagGroup,
    ChangeBasis,
    ChangeField,
    ConfirmCase,
    DropField,
    SettleBasis,
    SettleContact,
    SettleTag,
)
from hub.library.models import Basis, CaseBasis, Tag, TagGroup
from hub.library.services.bases import add_basis, change_basis, settle_basis
from hub.library.services.published import confirm_case
from hub.library.services.vocabulary import add_field, add_tag, add_tag_group, change_field, drop_field, settle_tag
from hub.library.services.writing import settle_contact
from hub.people.models import Field
from hub.records.models import AuditEntry
from tests.factories import World
from tests.library.conftest import Library
from tests.library.test_pages import shown


def id_of(world: World, model: type, name: str) -> int:
    with world.store.read() as session:
        return int(session.scalars(sa.select(model.id).where(model.name == name)).one())


def test_a_renamed_field_keeps_its_cases_and_its_former_name(library: Library, world: World) -> None:
    case = library.published(fields=["防災"])
    field = id_of(world, Field, "防災")
    with pytest.raises(ValidationFailed):
        world.write(change_field, "lead", ChangeField(field, "窓口改革", 0))
    world.write(change_field, "lead", ChangeField(field, "防災・危機管理", 0))
    assert library.content(case).fields == ("防災・危機管理",)
    library.save(case, lessons="学び", fields=["防災"])  # a form that was open all the while
    assert library.content(case).fields == ("防災・危機管理",)
    reader = world.client("foreign_officer")
    assert shown(reader, f"/cases?field={field}") == [case]
    assert "防災・危機管理" in reader.text_of(f"/cases/{case}")
    with pytest.raises(ValidationFailed):  # the former name still means the field
        world.write(add_field, "lead", AddField("防災"))


def test_a_field_in_use_stays(library: Library, world: World) -> None:
    library.published(fields=["防災"])
    with pytest.raises(ValidationFailed):
        world.write(drop_field, "lead", DropField(id_of(world, Field, "防災")))
    world.write(drop_field, "lead", DropField(id_of(world, Field, "生成AI")))
    with pytest.raises(NotFound):
        world.write(drop_field, "lead", DropField(999))


def test_synonyms_lead_to_the_governed_tag_when_typed_filtered_and_read(library: Library, world: World) -> None:
    first, second = library.published(tags=["RPA"]), library.published(title="二つ目", tags=["ロボット", "RPA"])
    world.write(add_tag_group, "lead", AddTagGroup("手法"))
    world.write(add_tag, "lead", AddTag(id_of(world, TagGroup, "手法"), "業務自動化"))
    for name in ("RPA", "ロボット"):
        world.write(settle_tag, "lead", SettleTag(id_of(world, Tag, name), means="業務自動化"))
    reader = world.client("foreign_officer")
    for wanted in ("業務自動化", "RPA", "ロボット", str(id_of(world, Tag, "RPA"))):
        assert shown(reader, f"/cases?tag={wanted}") == [second, first], wanted
    assert shown(reader, "/cases?tag=ない言葉") == []
    assert "業務自動化" in reader.text_of(f"/cases/{second}")
    assert library.content(second).tags == ("業務自動化",)
    third = library.published(title="三つ目", tags=["ロボット"])
    assert library.content(third).tags == ("業務自動化",)
    assert shown(reader, "/cases?tag=業務自動化")[0] == third
    with pytest.raises(ValidationFailed):
        world.write(settle_tag, "lead", SettleTag(id_of(world, Tag, "業務自動化"), means="RPA"))


def test_a_synonym_becomes_a_governed_tag_of_its_own_again(library: Library, world: World) -> None:
    library.published(tags=["RPA", "自動化"])
    world.write(settle_tag, "lead", SettleTag(id_of(world, Tag, "RPA"), means="自動化"))
    world.write(add_tag_group, "lead", AddTagGroup("手法"))
    group = id_of(world, TagGroup, "手法")
    world.write(add_tag, "lead", AddTag(group, "RPA"))
    with world.store.read() as session:
        tag = session.get_one(Tag, id_of(world, Tag, "RPA"))
        assert (tag.group_id, tag.synonym_of_id) == (group, None)
    for wrong in (999_999, group + 1):
        with pytest.raises(NotFound):
            world.write(add_tag, "lead", AddTag(wrong, "RPA"))


def test_merging_follows_chains(library: Library, world: World) -> None:
    library.published(tags=["一", "二", "三"])
    world.write(settle_tag, "lead", SettleTag(id_of(world, Tag, "一"), means="二"))
    world.write(settle_tag, "lead", SettleTag(id_of(world, Tag, "二"), means="三"))
    reader = world.client("foreign_officer")
    assert shown(reader, "/cases?tag=一") == shown(reader, "/cases?tag=三") != []


def test_a_changed_basis_flags_every_case_until_its_duty_confirms(library: Library, world: World) -> None:
    bases = [{"name": "交付金 2024年度"}]
    first, second = library.published(bases=bases), library.published(title="二つ目", bases=bases)
    apart = library.published(title="別の根拠", bases=[{"name": "別の法律"}])
    basis = id_of(world, Basis, "交付金 2024年度")
    world.write(change_basis, "lead", ChangeBasis(basis, "補助率が2分の1になった", date(2026, 4, 1)))
    reader = world.client("foreign_officer")
    assert shown(reader, "/cases?freshness=changed") == [second, first]
    assert "補助率が2分の1になった" in reader.text_of(f"/cases/{first}")
    assert "補助率" not in reader.text_of(f"/cases/{apart}")
    duty = library.duty("officer", world.town)
    world.write(settle_contact, "officer", SettleContact(first, duty))
    home = world.client("officer").text_of("/")
    assert "前提に変更あり" in home
    world.write(confirm_case, "officer", ConfirmCase(first, "running"))
    assert shown(reader, "/cases?freshness=changed") == [second]
    assert "補助率" not in reader.text_of(f"/cases/{first}")
    assert "前提に変更あり" not in world.client("officer").text_of("/")
    assert "確認待ち" in world.client("lead").text_of(f"/cases/bases?basis={basis}")


def test_a_new_text_alone_does_not_clear_the_flag(library: Library, world: World) -> None:
    case = library.published(bases=[{"name": "ある法律"}])
    world.write(change_basis, "lead", ChangeBasis(id_of(world, Basis, "ある法律"), "改正"))
    library.save(case, lessons="学び")
    library.publish(case)
    assert shown(world.client("foreign_officer"), "/cases?freshness=changed") == [case]
    library.save(case, bases=[])
    library.publish(case)
    assert shown(world.client("foreign_officer"), "/cases?freshness=changed") == []


def test_a_renamed_basis_keeps_its_cases_flags_and_former_name(library: Library, world: World) -> None:
    case = library.published(bases=[{"name": "交付金 2024年度", "note": "財源"}])
    basis = id_of(world, Basis, "交付金 2024年度")
    world.write(change_basis, "lead", ChangeBasis(basis, "終了"))
    world.write(settle_basis, "lead", SettleBasis(basis, "デジタル交付金 2024年度", "grant"))
    line = library.content(case).bases[0]
    assert (line.name, line.note) == ("デジタル交付金 2024年度", "財源")
    assert "「デジタル交付金 2024年度」が変わりました" in world.client("foreign_officer").text_of(f"/cases/{case}")
    library.save(case, bases=[{"name": "交付金 2024年度"}], lessons="学び")  # a form that was open all the while
    library.publish(case)
    with world.store.read() as session:
        assert session.scalars(sa.select(Basis.name)).all() == ["デジタル交付金 2024年度"]
        assert session.scalars(sa.select(CaseBasis.basis_id)).all() == [basis]
    with pytest.raises(ValidationFailed):  # the former name still means it
        world.write(add_basis, "lead", AddBasis("交付金 2024年度"))
    page = world.client("lead").text_of("/cases/bases")
    assert "旧名称・別名：交付金 2024年度" in page


def test_bases_that_are_the_same_become_one(library: Library, world: World) -> None:
    both = library.published(bases=[{"name": "個人情報保護法"}, {"name": "個情法"}])
    one = library.published(title="もう一つ", bases=[{"name": "個情法"}])
    other = library.published(title="関わりのない", bases=[{"name": "地方自治法"}])
    kept, gone = id_of(world, Basis, "個人情報保護法"), id_of(world, Basis, "個情法")
    world.write(change_basis, "lead", ChangeBasis(gone, "改正"))
    for wrong in ("個情法", "ない法律"):
        with pytest.raises(ValidationFailed):
            world.write(settle_basis, "lead", SettleBasis(gone, "個情法", means=wrong))
    world.write(settle_basis, "lead", SettleBasis(gone, "個情法", means="個人情報保護法"))
    with world.store.read() as session:
        links = session.execute(sa.select(CaseBasis.case_id, CaseBasis.basis_id).order_by(CaseBasis.case_id)).all()
        basis = session.get_one(Basis, kept)
        actions = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject == f"basis:{kept}")).all()
    assert links == [(both, kept), (one, kept), (other, id_of(world, Basis, "地方自治法"))]
    assert (basis.changed_note, actions) == ("改正", ["basis.merged"])
    reader = world.client("foreign_officer")
    assert shown(reader, "/cases?freshness=changed") == [one, both]
    assert [line.name for line in library.content(both).bases] == ["個人情報保護法"]
    with pytest.raises(NotFound):
        world.write(settle_basis, "lead", SettleBasis(gone, "個情法"))


@pytest.mark.parametrize("who", ["officer", "manager", "bureau", "guest"])
def test_towns_do_not_name_bases(library: Library, world: World, who: str) -> None:
    library.published(bases=[{"name": "個情法"}])
    with pytest.raises((Forbidden, NotFound)):
        world.write(settle_basis, who, SettleBasis(id_of(world, Basis, "個情法"), "別の名前"))
