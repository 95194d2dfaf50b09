"""Ways out of cases and of what stands around them, of people, bodies and words."""

import json
from typing import Any, ClassVar

import sqlalchemy as sa

from hub.library.content import NAMES, Content
from hub.library.models import Adoption, Basis, Collection, ImportFile, Tag
from hub.people.models import Field, Organisation
from hub.rooms.models import Room
from hub.search.models import SavedSearch, SynonymGroup
from hub.spreading.models import ChecklistItem
from tests.withdrawn.hand import SECRET, Way, file_of

RECORD = "what was decided, by whom and when, stays on record"
FORMER = "texts of cases that say the former name mean the new one"
SAID = "both bodies keep what they asked and answered"


class Matter(Way):
    def published(self, who: str = "supporter", **changes: Any) -> int:
        case = self.library.draft(who, organisation=self.world.prefecture if who == "supporter" else None)
        if changes:
            self.library.save(case, who, **changes)
        return self.library.publish(case)

    def newest(self, column: Any) -> int:
        with self.world.store.read() as session:
            return int(session.execute(sa.select(sa.func.max(column))).scalar_one())


class CaseRewritten(Matter):
    """Everything that a published case said is written anew."""

    by = frozenset({"case_work.save"})
    fills = frozenset("cases.title cases.summary cases.ended_reason case_versions.content search_terms.key".split())
    kept: ClassVar = {"case_versions.content": "earlier versions stay for those who work on the case"}

    def put(self) -> None:
        self.case = self.library.draft()
        self.save(f"{SECRET} 文")

    def take(self) -> None:
        self.save("ほかの文")

    def save(self, text: str) -> None:
        plain = {f for f in NAMES if isinstance(getattr(Content("題", "要約"), f), str)} - CHOSEN
        changes = dict.fromkeys(plain, text) | {"stage": "終了"}
        base = self.library.case(self.case).version
        self.post("officer", f"/cases/{self.case}/edit", base=base, changes=changes)
        self.library.publish(self.case)


# Fields of a case that are no free text.
CHOSEN = {"led_by", "stage", "level", "started_on", "ended_on"}


class CaseWithdrawn(Matter):
    """Readers find it no more; those who work on it keep it."""

    by = frozenset({"case_work.withdraw"})
    fills = frozenset({"cases.title", "case_versions.content", "search_terms.key"})
    kept: ClassVar = dict.fromkeys(("cases.title", "case_versions.content"), "those who work on the case keep it")

    def put(self) -> None:
        self.case = self.library.published(f"{SECRET} 窓口")

    def take(self) -> None:
        self.post("manager", f"/cases/{self.case}/withdraw")
        reader = self.world.client("foreign_officer")
        for page in ("/cases", f"/search?q={SECRET}", f"/cases/{self.case}", "/cases/export?format=json"):
            assert f"{SECRET} 窓口" not in reader.get(page).text, page


class ImportThrownAway(Matter):
    by = frozenset({"exchange.cancel"})
    fills = frozenset({"import_files.name", "import_files.content"})

    def put(self) -> None:
        row = {"id": "a", "title": SECRET, "organisation": "北見市", "approach": "した。"}
        content = json.dumps(row, ensure_ascii=False)
        self.form("supporter", "/cases/import", file=(file_of(content)[0], f"{SECRET}.jsonl"))

    def take(self) -> None:
        self.post("supporter", f"/cases/import/{self.newest(ImportFile.id)}/removal")


class ProposalRefused(Matter):
    by = frozenset({"spreading.settle"})
    fills = frozenset({"adoptions.reason", "adoptions.changes"})

    def put(self) -> None:
        self.case = self.published()
        fields = {"state": "trial", "organisation_id": str(self.world.town), "reason": SECRET, "changes": SECRET}
        self.post("supporter", f"/cases/{self.case}/adoption/proposal", **fields)

    def take(self) -> None:
        self.post("officer", f"/adoptions/{self.newest(Adoption.id)}/settlement", on=False)


class AdoptionRewritten(ProposalRefused):
    by = frozenset({"cases.adopt"})

    def put(self) -> None:
        self.case = self.published()
        self.adopt(SECRET)

    def adopt(self, text: str) -> None:
        self.post("officer", f"/cases/{self.case}/adoption", state="trial", reason=text, changes=text)

    def take(self) -> None:
        self.adopt("")


class ThanksRewritten(Matter):
    """The author's side thanks anew when the adopter has come further."""

    by = frozenset({"spreading.hear"})
    fills = frozenset({"adoption_echoes.thanks"})

    def put(self) -> None:
        self.case = self.library.published()
        self.hear("trial", SECRET)

    def hear(self, state: str, thanks: str) -> None:
        self.post("foreign_officer", f"/cases/{self.case}/adoption", state=state)
        self.post("officer", f"/adoptions/{self.newest(Adoption.id)}/hearing", thanks=thanks)

    def take(self) -> None:
        self.hear("adopted", "ありがとうございます。")


class LineageUnlinked(Matter):
    by = frozenset({"spreading.unlink"})
    fills = frozenset({"case_predecessors.note"})

    def put(self) -> None:
        self.case, self.earlier = self.published(), self.published()
        self.post("supporter", f"/cases/{self.case}/predecessors", predecessor=str(self.earlier), note=SECRET)

    def take(self) -> None:
        self.post("supporter", f"/cases/{self.case}/predecessors/{self.earlier}/removal")


class ChecklistRewritten(Matter):
    by = frozenset({"spreading_matrix.change"})
    fills = frozenset({"checklist_items.text"})

    def put(self) -> None:
        self.post("supporter", "/cases/spreading/checklists", state="trial", text=SECRET)

    def take(self) -> None:
        item = self.newest(ChecklistItem.id)
        self.post("supporter", f"/cases/spreading/checklists/{item}", text="数える", position=1)


class CollectionRewritten(Matter):
    by = frozenset({"collections.save"})
    fills = frozenset({"collections.title", "collections.intro"})

    def put(self) -> None:
        self.post("supporter", "/cases/collections", title=SECRET, intro=SECRET)

    def take(self) -> None:
        self.post("supporter", f"/cases/collections/{self.newest(Collection.id)}", title="特集", intro="")


class TakenOutOfTheCollection(Matter):
    by = frozenset({"collections.take"})
    fills = frozenset({"collection_cases.note"})

    def put(self) -> None:
        self.case = self.published()
        self.post("supporter", "/cases/collections", title="特集")
        self.collection = self.newest(Collection.id)
        self.post("supporter", f"/cases/collections/{self.collection}/cases", case_id=str(self.case), note=SECRET)

    def take(self) -> None:
        self.post("supporter", f"/cases/collections/{self.collection}/removal", case_id=str(self.case))


class FieldRenamed(Matter):
    by = frozenset({"curation.change_field"})
    fills = frozenset({"fields.name"})
    kept: ClassVar = {"field_aliases.name": FORMER, "audit_entries.detail": RECORD, "audit_entries.subject": RECORD}

    def put(self) -> None:
        self.post("supporter", "/cases/fields", name=SECRET)
        self.id = self.newest(Field.id)

    def take(self) -> None:
        self.post("supporter", f"/cases/fields/{self.id}", name="ほかの分野", position=1)


class FieldDropped(FieldRenamed):
    by = frozenset({"curation.drop_field"})
    kept: ClassVar = {"audit_entries.subject": RECORD}

    def take(self) -> None:
        self.post("supporter", f"/cases/fields/{self.id}/removal")


class TagMerged(Matter):
    by = frozenset({"curation.settle_tag"})
    fills = frozenset({"tags.name"})
    kept: ClassVar = {"tags.name": FORMER, "audit_entries.detail": RECORD}

    def put(self) -> None:
        self.library.save(self.library.draft(), tags=[SECRET])

    def take(self) -> None:
        with self.world.store.read() as session:
            tag = session.scalars(sa.select(Tag.id).where(Tag.name == SECRET)).one()
        self.post("supporter", f"/cases/tags/{tag}", means="窓口")

    def places(self) -> set[str]:
        """The words of the case are another matter."""
        return super().places() - {"case_versions.content", "search_terms.key"}


class BasisSettled(Matter):
    by = frozenset({"curation.settle_basis", "curation.change_basis"})
    fills = frozenset({"bases.name", "bases.changed_note"})
    kept: ClassVar = {"basis_aliases.name": FORMER, "audit_entries.detail": RECORD}

    def put(self) -> None:
        self.post("supporter", "/cases/bases", name=SECRET)
        self.id = self.newest(Basis.id)
        self.post("supporter", f"/cases/bases/{self.id}", note=SECRET)

    def take(self) -> None:
        self.post("supporter", f"/cases/bases/{self.id}", note="改正")
        self.post("supporter", f"/cases/bases/{self.id}/name", name="ほかの法")


class VisitWithdrawn(Matter):
    by = frozenset({"visits.withdraw"})
    fills = frozenset({"visits.purpose", "visits.questions"})
    kept: ClassVar = dict.fromkeys(("visits.purpose", "visits.questions"), SAID)

    def put(self) -> None:
        self.case = self.published()
        fields = {"first": "2099-01-01", "headcount": 3, "purpose": SECRET, "questions": SECRET}
        made = self.post("officer", f"/cases/{self.case}/visits", client_id=self.world.new_id(), **fields)
        self.id = made.json["data"]["visit_id"]

    def take(self) -> None:
        self.post("officer", f"/visits/{self.id}/withdraw")


class VisitDeclined(VisitWithdrawn):
    by = frozenset({"visits.decline"})

    def take(self) -> None:
        self.post("supporter", f"/visits/{self.id}/decline", reply="混み合っています。")


class SearchDropped(Matter):
    by = frozenset({"search.drop"})
    fills = frozenset({"saved_searches.query"})

    def put(self) -> None:
        self.post("officer", "/search/saved", q=SECRET)

    def take(self) -> None:
        self.post("officer", f"/search/saved/{self.newest(SavedSearch.id)}/delete")


class SynonymsDropped(Matter):
    by = frozenset({"synonyms.drop"})
    fills = frozenset({"synonym_groups.words"})

    def put(self) -> None:
        self.form("supporter", "/search/synonyms", words=f"{SECRET}、架空の語")

    def take(self) -> None:
        self.form("supporter", "/search/synonyms/drop", group_id=str(self.newest(SynonymGroup.id)))


class RoomDescribed(Matter):
    by = frozenset({"circles.describe"})
    fills = frozenset({"rooms.name", "rooms.description"})

    def put(self) -> None:
        self.post("supporter", "/rooms/new", name=SECRET, description=SECRET)
        self.id = self.newest(Room.id)

    def take(self) -> None:
        self.post("supporter", f"/rooms/{self.id}/settings", name="研究会", description="")


class ProfileRewritten(Matter):
    by = frozenset({"accounts.save_profile"})
    fills = frozenset({"staff.name", "staff.kana", "staff.extension", "search_terms.key", "feed_events.data"})
    kept: ClassVar = {"feed_events.data": "who wrote a message is called as they were then"}

    def put(self) -> None:
        self.save(SECRET)
        self.world.thread(self.world.room)

    def take(self) -> None:
        self.save("一郎")

    def save(self, text: str) -> None:
        """With a field in which one is glad to be asked, by which people are found."""
        chosen = str(self.newest(Field.id))
        self.form("officer", "/profile", name=text, kana=text, extension=text, language="ja", field_id=chosen)


class OrganisationRewritten(Matter):
    by = frozenset({"offices.change"})
    fills = frozenset(
        "organisations.name organisations.kana organisations.district organisations.mail_domains rooms.name "
        "rooms.kana search_terms.key".split()
    )

    def put(self) -> None:
        self.form("admin", "/admin/organisations", name=f"{SECRET}村", kana=SECRET, kind="村")
        self.id = self.newest(Organisation.id)
        self.save(f"{SECRET}村", SECRET)

    def take(self) -> None:
        self.save("ほかの村", "ほか")

    def save(self, name: str, text: str) -> None:
        domain = f"{SECRET}.example.jp" if text == SECRET else ""
        fields = {"name": name, "kana": text, "district": text, "mail_domains": domain, "member": "1"}
        self.form("admin", f"/admin/organisations/{self.id}", **fields)


WAYS = (
    CaseRewritten,
    CaseWithdrawn,
    ImportThrownAway,
    ProposalRefused,
    AdoptionRewritten,
    ThanksRewritten,
    LineageUnlinked,
    ChecklistRewritten,
    CollectionRewritten,
    TakenOutOfTheCollection,
    FieldRenamed,
    FieldDropped,
    TagMerged,
    BasisSettled,
    VisitWithdrawn,
    VisitDeclined,
    SearchDropped,
    SynonymsDropped,
    RoomDescribed,
    ProfileRewritten,
    OrganisationRewritten,
)
