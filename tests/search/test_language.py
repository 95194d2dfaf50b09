from datetime import date

import pytest

from hub.search.language import Filter, parse_query
from hub.search.period import Period, parse_period

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        '"',
        '""',
        ":",
        "団体:",
        'a:b "',
        "'; DROP TABLE search_terms; --",
        "AND OR NOT * ( ) ^ NEAR/3",
        "😀" * 600,
    ],
)
def test_nothing_typed_is_a_fault(typed):
    parse_query(typed)


def test_query_syntax_of_others_is_just_words():
    assert parse_query("印鑑 OR はんこ").text == "印鑑 OR はんこ"


def test_an_address_is_no_field():
    assert parse_query("https://example.jp/a:b").filters == ()


def test_words_phrases_exclusions_and_fields_are_told_apart():
    query = parse_query('転入 "住民票の写し" -郵送 -"二重 線" 団体:吉岡町 ルーム:"県内 共通" -状態:終了')
    assert (query.text, query.phrases, query.excluded) == (
        "転入 住民票の写し",
        ("住民票の写し",),
        ("郵送", "二重 線"),
    )
    assert query.filters == (
        Filter("org", "吉岡町"),
        Filter("room", "県内 共通"),
        Filter("state", "終了", excluded=True),
    )


def test_full_width_colons_and_japanese_spaces_and_dashes_work():
    query = parse_query("転入 −郵送 団体:吉岡町")
    assert (query.text, query.excluded, query.filters) == ("転入", ("郵送",), (Filter("org", "吉岡町"),))


@pytest.mark.parametrize("colon", ["\u003a", "\uff1a"])
@pytest.mark.parametrize("name", ["団体", "org", "ORG"])
def test_every_spelling_of_a_colon_begins_a_value(name, colon):
    """By code point, which no editor folds. Seen to fail without \\uff1a in `_COLONS`."""
    query = parse_query(f"転入 {name}{colon}前橋市")
    assert (query.text, query.filters) == ("転入", (Filter("org", "前橋市"),))


@pytest.mark.parametrize("minus", list("\u002d\uff0d\u2212\u2010\u2011\u2013\u30fc\uff70"))
@pytest.mark.parametrize("blank", ["\u0020", "\u3000"])
def test_every_spelling_of_a_minus_excludes(minus, blank):
    """Seen to fail without each of `_MINUSES`."""
    query = parse_query(f"電子申請{blank}{minus}紙{blank}{minus}状態:終了")
    assert (query.text, query.excluded) == ("電子申請", ("紙",))
    assert query.filters == (Filter("state", "終了", excluded=True),)


@pytest.mark.parametrize(
    ("first", "last"),
    ["\u0022\u0022", "\uff02\uff02", "\u201c\u201d", "\u201d\u201d", "\u201e\u201c", "\u301d\u301f", "\uff02\u0022"],
)
def test_every_spelling_of_quotes_makes_a_phrase_and_a_value(first, last):
    """Seen to fail without each of `_QUOTES`."""
    query = parse_query(f"{first}二重 線{last} ルーム:{first}県内 共通{last} -{first}紙 の{last} 転入{first}")
    assert (query.text, query.phrases, query.excluded) == ("二重 線 転入", ("二重 線",), ("紙 の",))
    assert query.filters == (Filter("room", "県内 共通"),)


@pytest.mark.parametrize(
    ("typed", "text", "values"),
    [
        ("団体: 前橋市", "", ["前橋市"]),
        ("団体：\u3000前橋市 窓口", "窓口", ["前橋市"]),
        ('ルーム: "県内 共通"', "", ["県内 共通"]),
        ("窓口、団体:前橋市", "窓口", ["前橋市"]),
        ("窓口\uff0c団体:前橋市、種類:相談", "窓口", ["前橋市", "相談"]),
        ("窓口 (団体:前橋市)", "窓口", ["前橋市"]),
        ("窓口\uff08団体: 前橋市\uff09の案内", "窓口 の案内", ["前橋市"]),
        ("(団体:前橋市 状態:終了)", "", ["前橋市", "終了"]),
        ('(団体:前橋市 "窓口" )', "窓口", ["前橋市"]),
        ("ルーム:DX(仮)", "", ["DX(仮)"]),
        ("(ルーム:DX(仮))", "", ["DX(仮)"]),
        ("団体:", "団体:", []),
        ("団体: ", "団体:", []),
        ("窓口、団体:", "窓口 団体:", []),
        ("団体: 状態:終了", "団体:", ["終了"]),
        ("団体:、 窓口", "団体:、 窓口", []),
        ("時刻: 九時", "時刻: 九時", []),
        ("手続(転入、転出)の窓口、案内", "手続(転入、転出)の窓口、案内", []),
        ("https://example.jp/org:a", "https://example.jp/org:a", []),
    ],
)
def test_a_field_stands_after_commas_and_in_brackets_and_its_value_after_a_blank(typed, text, values):
    """Seen to fail without the blank behind `name`, without `_LED` within `word` and `_BARE`,
    without the brackets of `_BARE`, with a closing bracket as a word, and with a comma for a value."""
    query = parse_query(typed)
    assert (query.text, [f.value for f in query.filters]) == (text, values)


@pytest.mark.parametrize(
    ("typed", "place", "rest"),
    [
        ('転入 "住民票の写し" 団体:吉岡町 -郵送 状態:終了', 0, '転入 "住民票の写し" -郵送 状態:終了'),
        ('転入 団体:吉岡町 -ルーム:"県内 共通" -郵送', 1, "転入 団体:吉岡町 -郵送"),
        ("団体：　吉岡町　転入", 0, "転入"),
        ("窓口、団体:吉岡町、種類:相談 案内", 0, "窓口 、種類:相談 案内"),
        ("窓口(団体:吉岡町)の案内", 0, "窓口 の案内"),
        ("団体:吉岡町", 0, ""),
        ("団体:吉岡町 -団体:吉岡町 org:吉岡町 転入", 0, "-団体:吉岡町 転入"),
        ("団体:吉岡町 団体:吉岡", 1, "団体:吉岡町"),
        (f"{'語 ' * 29}団体:吉岡町 状態:終了 種類:相談", 0, f"{'語 ' * 29}状態:終了 種類:相談"),
    ],
)
def test_without_a_filter_everything_else_stays(typed, place, rest):
    """Seen to fail with the first span alone, with a filter that is told by its field, and without what leads in."""
    query = parse_query(typed)
    assert query.without(query.filters[place]) == rest
    dropped, others = query.filters[place], parse_query(rest)
    assert dropped not in others.filters
    assert set(others.filters) >= set(query.filters) - {dropped}
    assert (others.phrases, others.excluded) == (query.phrases, query.excluded)


def test_an_exclusion_stands_after_a_comma_and_is_no_value():
    """Seen to fail without the signs of minus after the blank behind `name`."""
    assert parse_query("窓口、-団体:前橋市").filters == (Filter("org", "前橋市", excluded=True),)
    assert parse_query("団体: -紙").excluded == ("紙",)


def test_japanese_brackets_of_speech_are_no_phrase():
    """「…」 stands in titles and in questions that are pasted whole. Seen to fail with 「 and 」 among `_QUOTES`."""
    assert parse_query("「転入 届」").phrases == ()


def test_a_long_vowel_inside_a_word_excludes_nothing():
    assert parse_query("マイナンバーカード ルータ").excluded == ()


@pytest.mark.parametrize(
    "text",
    "2025-13 2024-02-30 9999年度 9999-12-31 0001-01-01 令和 令和0年 0年 2026..2025 .. 〜 から 令和7年6月〜4月 4月〜6月 "
    "令和7年4月〜いつか 十十年 いつか".split(" ")
    + [""],
)
def test_what_is_no_period_is_none(text):
    """Seen to fail without FIRST_YEAR and LAST_YEAR: the last day of all and the first were faults."""
    assert parse_period(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("令和7年度", date(2025, 4, 1), date(2026, 4, 1)),
        ("R7", date(2025, 1, 1), date(2026, 1, 1)),
        ("r7.4", date(2025, 4, 1), date(2025, 5, 1)),
        ("令和元年", date(2019, 1, 1), date(2020, 1, 1)),
        ("平成31年4月30日", date(2019, 4, 30), date(2019, 5, 1)),
        ("2025年12月", date(2025, 12, 1), date(2026, 1, 1)),
        ("2025-04-01..2025-06-30", date(2025, 4, 1), date(2025, 7, 1)),
        ("令和6年4月〜令和6年6月", date(2024, 4, 1), date(2024, 7, 1)),
        ("令和7年4月〜6月", date(2025, 4, 1), date(2025, 7, 1)),
        ("2025年4月～6月", date(2025, 4, 1), date(2025, 7, 1)),
        ("2025年1月-2月", date(2025, 1, 1), date(2025, 3, 1)),
        ("R7.4.1〜R7.6.30", date(2025, 4, 1), date(2025, 7, 1)),
        ("R7.4〜6", date(2025, 4, 1), date(2025, 7, 1)),
        ("令和7年4月1日から15日まで", date(2025, 4, 1), date(2025, 4, 16)),
        ("令和6年4月〜7年3月", date(2024, 4, 1), date(2025, 4, 1)),
        ("令和6〜7年度", date(2024, 4, 1), date(2026, 4, 1)),
        ("平成31年4月〜令和元年6月", date(2019, 4, 1), date(2019, 7, 1)),
        ("平成31年", date(2019, 1, 1), date(2020, 1, 1)),
        ("令和元年度", date(2019, 4, 1), date(2020, 4, 1)),
        ("令和七年十一月", date(2025, 11, 1), date(2025, 12, 1)),
        ("平成三十一年四月三十日", date(2019, 4, 30), date(2019, 5, 1)),
        ("2025年4月以降", date(2025, 4, 1), None),
        ("2025年4月まで", None, date(2025, 5, 1)),
        ("2025/4/1~", date(2025, 4, 1), None),
        ("今年度", date(2026, 4, 1), date(2027, 4, 1)),
        ("先月", date(2026, 10, 1), date(2026, 11, 1)),
        ("今週", date(2026, 11, 23), date(2026, 11, 30)),
        ("先週", date(2026, 11, 16), date(2026, 11, 23)),
        ("前月", date(2026, 10, 1), date(2026, 11, 1)),
        ("前年", date(2025, 1, 1), date(2026, 1, 1)),
        ("一昨年", date(2024, 1, 1), date(2025, 1, 1)),
        ("一昨年度", date(2024, 4, 1), date(2025, 4, 1)),
        ("本年度", date(2026, 4, 1), date(2027, 4, 1)),
        ("来年度", date(2027, 4, 1), date(2028, 4, 1)),
    ],
)
def test_periods_in_both_calendars(text, start, end):
    """Seen to fail without `_beginnings` of hub/search/period.py (what the last day leaves out), and with beginnings
    that end within a number (2025年1月-2月)."""
    assert parse_period(text, TODAY) == Period(start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("H31", date(2019, 1, 1), date(2020, 1, 1)),
        ("平成31", date(2019, 1, 1), date(2020, 1, 1)),
        ("平成28", date(2016, 1, 1), date(2017, 1, 1)),
        ("H31.4", date(2019, 4, 1), date(2019, 5, 1)),
        ("平成31年4月", date(2019, 4, 1), date(2019, 5, 1)),
        ("H28.10", date(2016, 10, 1), date(2016, 11, 1)),
        ("H30.4", date(2018, 4, 1), date(2018, 5, 1)),
        ("S63.12", date(1988, 12, 1), date(1989, 1, 1)),
        ("H31.4.30", date(2019, 4, 30), date(2019, 5, 1)),
        ("H31.4〜R1.5", date(2019, 4, 1), date(2019, 6, 1)),
        ("R10.4", date(2028, 4, 1), date(2028, 5, 1)),
        ("R07.04", date(2025, 4, 1), date(2025, 5, 1)),
        ("R070401", date(2025, 4, 1), date(2025, 4, 2)),
        ("20250401", date(2025, 4, 1), date(2025, 4, 2)),
    ],
)
def test_the_year_of_an_era_takes_all_its_digits(text, start, end):
    """Seen to fail with a year of one digit tried first and months of one digit after no sign: H31.4 was 4 January
    1991, H30.4 was none."""
    assert parse_period(text, TODAY) == Period(start, end)


@pytest.mark.parametrize("text", ["R104", "R1041", "H311", "2025401", "R0", "R00", "R0004", "令和00年"])
def test_digits_that_may_mean_several_days_are_no_period(text):
    """Seen to fail with months of one digit after no sign, and with a year 0."""
    assert parse_period(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("R7.4.1-R7.6.30", date(2025, 4, 1), date(2025, 7, 1)),
        ("2025/4/1-2025/6/30", date(2025, 4, 1), date(2025, 7, 1)),
        ("2025-04-01-2025-06-30", date(2025, 4, 1), date(2025, 7, 1)),
        ("H30-R1", date(2018, 1, 1), date(2020, 1, 1)),
        ("FY2024 - FY2025", date(2024, 4, 1), date(2026, 4, 1)),
        ("2025-04", date(2025, 4, 1), date(2025, 5, 1)),
        ("2025-04-01", date(2025, 4, 1), date(2025, 4, 2)),
    ],
)
def test_a_hyphen_joins_whole_dates_and_stands_within_one(text, start, end):
    """Seen to fail without `_hyphenated`."""
    assert parse_period(text, TODAY) == Period(start, end)


@pytest.mark.parametrize("text", ["R7.6.30-R7.4.1", "2025/4/1-6/30/2025", "2025-", "-2025", "4-6", "R7.4-R7.13"])
def test_a_hyphen_joins_nothing_else(text):
    """Seen to fail without `_joined` in `_hyphenated` for what ends before it begins."""
    assert parse_period(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("直近3か月", date(2026, 8, 25)),
        ("直近三ヶ月間", date(2026, 8, 25)),
        ("過去3カ月", date(2026, 8, 25)),
        ("過去１２ｶ月", date(2025, 11, 25)),
        ("過去1年", date(2025, 11, 25)),
        ("直近2週間", date(2026, 11, 11)),
        ("過去30日以内", date(2026, 10, 26)),
        ("last 3 months", date(2026, 8, 25)),
    ],
)
def test_lately_ends_today(text, start):
    """Seen to fail without `_lately`."""
    assert parse_period(text, TODAY) == Period(start, date(2026, 11, 26))


def test_a_month_ago_ends_with_a_shorter_month():
    """Seen to fail with a fault without `monthrange`: there is no 31 September."""
    assert parse_period("直近1か月", date(2026, 10, 31)) == Period(date(2026, 9, 30), date(2026, 11, 1))
    assert parse_period("直近2か月", date(2026, 1, 31)) == Period(date(2025, 11, 30), date(2026, 2, 1))


@pytest.mark.parametrize("text", ["直近", "直近0か月", "直近3", "過去9999か月", "過去999年"])
def test_what_is_no_time_ago_is_no_period(text):
    """Seen to fail with a fault (before the first year of all) without the limit in `_lately`."""
    assert parse_period(text, TODAY) is None


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("April 2025", "2025年4月"),
        ("Apr. 2025", "2025年4月"),
        ("Sept 2025", "2025年9月"),
        ("December, 2025", "2025年12月"),
        ("April 2025..June 2025", "2025年4月〜6月"),
        ("FY2025", "2025年度"),
        ("fiscal year 2025", "2025年度"),
        ("this week", "今週"),
        ("last week", "先週"),
        ("this month", "今月"),
        ("Last Month", "先月"),
        ("this year", "今年"),
        ("last year", "昨年"),
        ("this fiscal year", "今年度"),
        ("last fiscal year", "昨年度"),
        ("today", "今日"),
        ("yesterday", "昨日"),
    ],
)
def test_periods_in_english_are_those_in_japanese(english, japanese):
    """Seen to fail without `_in_digits` and without each name."""
    assert parse_period(english, TODAY) == parse_period(japanese, TODAY) is not None


@pytest.mark.parametrize("text", ["Foo 2025", "mon2025", "FY25", "month", "2025 April 3"])
def test_other_english_is_no_period(text):
    """Seen to fail with any letters for a month."""
    assert parse_period(text, TODAY) is None
