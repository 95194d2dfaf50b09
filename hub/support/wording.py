"""The words of a karte, in the reader's language."""

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.charts.figures import grouped
from hub.support.models import Fact


def thing_names() -> dict[str, str]:
    return {
        "population": _("人口"),
        "core_system": _("基幹系システム"),
        "core_vendor": _("基幹系の事業者"),
        "network": _("ネットワークモデル"),
        "vendors": _("そのほかの事業者"),
        "dx_section": _("DXの担当部署"),
        "dx_people": _("DX担当の人数"),
        "standard": _("標準化の進捗"),
        "goals": _("年度の目標"),
    }


def choice_names() -> dict[str, str]:
    """Of networks and of progress."""
    return {
        "alpha": _("αモデル"),
        "alpha2": _("α′モデル"),
        "beta": _("βモデル"),
        "beta2": _("β′モデル"),
        "other": _("そのほか"),
        "not_started": _("未着手"),
        "planned": _("計画済み"),
        "moving": _("移行作業中"),
        "moved": _("移行済み"),
        "later": _("特定移行支援"),
        "none": _("対象外"),
    }


def system_names() -> dict[str, str]:
    """The systems that are to be standardised."""
    return {
        "children_allowance": _("児童手当"),
        "childcare": _("子ども・子育て支援"),
        "residents": _("住民基本台帳"),
        "family_register": _("戸籍"),
        "register_tag": _("戸籍の附票"),
        "seal": _("印鑑登録"),
        "elections": _("選挙人名簿管理"),
        "property_tax": _("固定資産税"),
        "personal_tax": _("個人住民税"),
        "corporate_tax": _("法人住民税"),
        "vehicle_tax": _("軽自動車税"),
        "single_parents": _("児童扶養手当"),
        "livelihood": _("生活保護"),
        "disabled": _("障害者福祉"),
        "care": _("介護保険"),
        "health_insurance": _("国民健康保険"),
        "late_elderly": _("後期高齢者医療"),
        "pension": _("国民年金"),
        "schools": _("就学"),
        "health": _("健康管理"),
    }


def state_names() -> dict[str, str]:
    """Of items of a plan."""
    return {
        "on_track": _("予定通り"),
        "ahead": _("前倒し"),
        "late": _("遅れ"),
        "done": _("完了"),
        "dropped": _("中止"),
    }


def side_names(municipality: str) -> dict[str, str]:
    return {"municipality": municipality, "prefecture": _("県DX担当"), "outside": _("外部（事業者、国など）")}


def way_names() -> dict[str, str]:
    return {"visit": _("訪問"), "call": _("電話"), "online": _("オンライン会議")}


def kind_names() -> dict[str, str]:
    """Of the timeline."""
    return {
        "consultations": _("相談"),
        "contacts": _("訪問・電話"),
        "plan": _("計画"),
        "adoptions": _("横展開"),
        "visits": _("視察"),
        "facts": _("基本情報"),
    }


def fact_title(name: str, item: str) -> str:
    title = thing_names()[name]
    if name == "standard":
        return _("%(title)s：%(item)s", title=title, item=system_names()[item])
    return _("%(title)s（%(year)s年度）", title=title, year=item) if name == "goals" else title


def fact_words(fact: Fact) -> str:
    """What a statement says."""
    if not fact.value:
        return _("記載なし")
    if fact.name in ("network", "standard"):
        return choice_names()[fact.value]
    if fact.name in ("population", "dx_people"):
        number = int(fact.value)
        return ngettext("%(n)s人", "%(n)s人", number, n=grouped(number))
    return fact.value
