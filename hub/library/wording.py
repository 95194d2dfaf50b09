"""The words of cases: names of fields, states and faults, in the reader's language."""

from copy import copy
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import ValidationError

from hub.library.content import URL_CHARS, Content

Thing = TypeVar("Thing")


def field_names() -> dict[str, str]:
    """By the name of the content's field."""
    return {
        "title": _("題名"),
        "summary": _("要約"),
        "led_by": _("実施主体"),
        "stage": _("段階"),
        "level": _("難易度"),
        "fields": _("分野"),
        "tags": _("タグ"),
        "partners": _("連携した団体"),
        "background": _("背景・課題"),
        "approach": _("取組の内容"),
        "started_on": _("開始した年月"),
        "ended_on": _("終了した年月"),
        "ended_reason": _("終了した理由"),
        "milestones": _("主な経過"),
        "alternatives": _("検討した手段と選定理由"),
        "effects": _("効果"),
        "kpis": _("指標"),
        "cost_initial": _("初期費用（円）"),
        "cost_yearly": _("年間費用（円）"),
        "cost_note": _("費用の説明"),
        "funding": _("財源"),
        "team": _("体制"),
        "rules": _("運用のルール"),
        "training": _("研修"),
        "communication": _("住民・議会への説明"),
        "difficulties": _("苦労・失敗したこと"),
        "lessons": _("得られた教訓"),
        "next": _("今後の予定"),
        "products": _("製品・事業者"),
        "documents": _("資料"),
        "awards": _("受賞・認定"),
        "sources": _("出典"),
        "bases": _("前提"),
        "contact": _("問合せ先の部署"),
        "adopted_elsewhere": _("出典にある採用団体"),
        "source_population": _("出典に書かれた人口"),
        "source_population_as_of": _("出典に書かれた人口の時点"),
    }


def leader_names() -> dict[str, str]:
    return {"市町村": _("市町村"), "県": _("県"), "県一括": _("県一括"), "民間": _("民間")}


def stage_names() -> dict[str, str]:
    return {"検討": _("検討"), "実証": _("実証"), "実装": _("実装"), "展開": _("展開"), "終了": _("終了")}


def level_names() -> dict[str, str]:
    return {"チャレンジ": _("チャレンジ"), "ステップアップ": _("ステップアップ")}


def interest_names() -> dict[str, str]:
    return {"": _("なし"), "PR": _("事業者の宣伝"), "利害": _("利害関係あり")}


def choice_names() -> dict[str, dict[str, str]]:
    """By the name of the content's field: what can be chosen, by the stored value."""
    return {"led_by": leader_names(), "stage": stage_names(), "level": level_names()}


def in_words(content: Content) -> Content:
    """For pages: what was chosen stands there by its name in the reader's language. Never to be stored or exported."""
    chosen = {name: names.get(getattr(content, name), "") for name, names in choice_names().items()}
    interests = interest_names() | {"": ""}
    products = tuple(_renamed(product, interest=interests[product.interest]) for product in content.products)
    return _renamed(content, **chosen, products=products)


def _renamed(thing: Thing, **values: Any) -> Thing:
    """A copy with other values. They are not checked: a name is no value that could be stored."""
    found = copy(thing)
    vars(found).update(values)
    return found


def status_names() -> dict[str, str]:
    return {
        "draft": _("下書き"),
        "review": _("確認依頼中"),
        "returned": _("差戻し"),
        "published": _("公開"),
        "ended": _("公開（終了した取組）"),
        "withdrawn": _("非公開"),
    }


def adoption_names() -> dict[str, str]:
    return {
        "considering": _("検討中"),
        "trial": _("試行"),
        "adopted": _("採用"),
        "adapted": _("改変して採用"),
        "declined": _("見送り"),
        "ended": _("終了"),
    }


def state_letters() -> dict[str, str]:
    """One letter for each state: on tiles and in the matrix, beside the pattern, so that no colour is needed."""
    return {
        "considering": _("検"),
        "trial": _("試"),
        "adopted": _("採"),
        "adapted": _("改"),
        "declined": _("見"),
        "ended": _("終"),
    }


def ease_names() -> dict[str, str]:
    return {"easy": _("容易"), "normal": _("普通"), "hard": _("大変")}


def explain(fault: ValidationError) -> dict[str, str]:
    """What is wrong, by field; for rows with their number."""
    found: dict[str, str] = {}
    for error in fault.errors(include_url=False):
        name = str(error["loc"][0]) if error["loc"] else "title"
        found.setdefault(name, _placed(error["loc"][1:], _reason(error)))
    return found


def _reason(error: Any) -> str:
    limits, kind = error.get("ctx", {}), error["type"]
    said = str(limits.get("error")) if kind == "value_error" else ""
    of_text = limits.get("field_type") == "Value"  # a text that was cleaned before it was measured
    if kind == "string_too_long" or (kind == "too_long" and of_text):
        return _("%(n)s文字以内で入力してください。", n=f"{limits['max_length']:,}")
    if kind == "too_long":
        return _("%(n)s行以内で入力してください。", n=limits["max_length"])
    if kind in ("string_too_short", "too_short", "missing") or said == "empty":
        return _("入力してください。")
    if kind == "less_than_equal":
        return _("数が大きすぎます。桁を確認してください。")
    if kind.startswith(("int_", "less_than", "greater_than")):
        return _("0以上の数字で入力してください。分からないときは空欄にしてください。")
    if kind == "string_pattern_mismatch" and error["loc"][-1] != "attachment_id":
        return _("2024-04 のように年と月で入力してください。")
    if said == "url":
        return _("https:// から始まるアドレスを%(n)s文字以内で入力してください。", n=f"{URL_CHARS:,}")
    if said == "malformed":
        return _("使えない文字が含まれています。別の文字にしてください。")
    return _("選び直してください。")


def _placed(rest: tuple[int | str, ...], reason: str) -> str:
    row = next((part for part in rest if isinstance(part, int)), None)
    return reason if row is None else _("%(n)s行目：%(reason)s", n=row + 1, reason=reason)


def step_names() -> tuple[str, ...]:
    """Of the form, in order."""
    return (_("概要"), _("背景と取組"), _("効果と費用"), _("体制と運用"), _("学びと資料"))


def column_names() -> dict[str, str]:
    """Columns of the tables in a case."""
    return {
        "metric": _("指標名"),
        "before": _("前の値"),
        "value": _("後の値"),
        "unit": _("単位"),
        "as_of": _("値の時点"),
        "method": _("測り方"),
        "current": _("今の値"),
        "target": _("目標"),
        "source": _("数値の出典"),
        "on": _("年月"),
        "what": _("内容"),
        "name": _("名称"),
        "maker": _("事業者"),
        "interest": _("宣伝・利害関係"),
        "url": _("リンク"),
        "attachment_id": _("ファイル"),
        "note": _("補足"),
    }


def sample_answers() -> dict[str, str]:
    """Beside the fields that are hard to begin. All of it is invented."""
    return {
        "title": _("例：申請書を書かない窓口"),
        "summary": _("例：転入の手続を、職員が聞き取って端末で作る方式にした。待ち時間が半分になった。"),
        "background": _("例：転入の手続で4つの課を回り、同じ住所を7回書いてもらっていた。"),
        "approach": _(
            "例：転入の窓口で職員が聞き取り、端末で申請書を作る。まず転入と児童手当の2つで始め、半年後に6つに広げた。"
        ),
        "milestones": _("例：2024-04、窓口の3人で試行を始めた。分かる節目だけで構いません。"),
        "alternatives": _(
            "例：申請書の一括印刷も試したが、書く場所が減らなかった。端末の方式は手持ちの機器で始められた。"
        ),
        "effects": _(
            "例：待ち時間、前36、後15、分、2025-03、番号札の発券から呼出しまでの1か月の平均。始める前の値が分からないときは空欄にします。"
        ),
        "kpis": _("例：書かずにすんだ手続の割合、今の値は4割、目標は2026年度末に8割、数字は窓口の月ごとの集計から。"),
        "cost_note": _("例：初年度は端末5台と設定費。2年目から保守だけ。職員の時間は含まない。"),
        "funding": _("例：端末は国の交付金（補助率2分の1）と一般財源。2年目からの保守は一般財源だけ。"),
        "team": _(
            "例：人は窓口の3人と情報担当1人で、週1回30分の打合せ。部署は住民課が中心で、"
            "端末は総務課が受け持つ。外部の専門家は、設定のときの業者と、月1回相談する県の支援員。"
        ),
        "rules": _("例：聞き取りの順番を紙1枚にし、変えたいときは月1回の打合せで決める。"),
        "training": _("例：始める前に窓口の全員で2時間の練習を2回。異動してきた人には手順書を渡し、半日は隣に付く。"),
        "difficulties": _("例：最初の月は聞き取りに時間がかかり、列が延びた。手続を3つに絞って立て直した。"),
        "lessons": _("例：先に手続の数を数えると、どこから始めるかで迷わない。"),
        "communication": _("例：広報と議会の委員会で、書く量がどう減るかを実物で見せた。"),
        "next": _("例：来年度は転出と死亡の手続にも広げる。端末の更新は3年後で、その前に効果を数え直す。"),
        "products": _(
            "例：聞き取り端末○○、○○システム株式会社。会社の宣伝文を写したら「事業者の宣伝」、"
            "利害があれば「利害関係あり」を選びます。"
        ),
        "documents": _(
            "例：仕様書、要綱、予算要求の説明資料、住民へのチラシ。リンクとファイルのどちらかで構いません。"
        ),
        "bases": _(
            "例：○○交付金 2024年度、端末5台の補助。変わったら見直しが要る法令・補助金・システムの版を書きます。"
        ),
        "tags": _("1行に1つ。例：書かない窓口"),
        "partners": _("1行に1団体"),
        "awards": _("1行に1つ"),
        "sources": _("1行に1つ。公開されたページなら https:// から"),
        "started_on": _("例：2024-04。分からないときは空欄にしてください。"),
        "cost_initial": _("分からないときは空欄にしてください。0円なら0と書きます。"),
    }


def basis_kinds() -> dict[str, str]:
    return {"law": _("法令・通知"), "grant": _("補助金・交付金"), "system": _("システムの版"), "other": _("その他")}


def interval_names() -> dict[int, str]:
    """How often somebody is asked, by months."""
    return {3: _("3か月ごと"), 6: _("半年ごと"), 12: _("1年ごと"), 24: _("2年ごと")}


def interval_words(months: int) -> str:
    return interval_names().get(months) or ngettext("%(n)sか月ごと", "%(n)sか月ごと", months, n=months)


def freshness_names() -> dict[str, str]:
    return {
        "confirmed": _("期限内に確認済み"),
        "overdue": _("確認の期限切れ"),
        "changed": _("変更あり"),
        "never": _("未確認"),
        "outside": _("参加していない団体（確認の対象外）"),
        "ended": _("終了した取組"),
    }
