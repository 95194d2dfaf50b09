"""The fixed attack corpus through everything that makes HTML, and its plain-text sisters."""

from hub.text import clean_html, find_mentions, plain_excerpt, plain_title, render

NAMES = ["吉岡町", "<script>", 'a" onclick="x']


def test_what_is_typed_becomes_safe_html(attack, assert_safe):
    assert_safe(render(attack, NAMES))


def test_html_from_an_older_row_becomes_safe_html(attack, assert_safe):
    assert_safe(clean_html(attack))


def test_cleaning_what_was_cleaned_changes_nothing(attack):
    for html in (render(attack, NAMES), clean_html(attack)):
        assert clean_html(html) == html


def test_attacks_hidden_in_every_block_and_mark_are_safe(attack, assert_safe):
    first_line = attack.split("\n")[0]
    frames = ["- {}", "> {}", "# {}", "|{}|\n|-|\n|{}|", "**{}**", "`{}`", "[{}](https://a.jp)", "[a](https://a.jp/{})"]
    assert_safe(render("\n\n".join(frame.replace("{}", first_line) for frame in frames), NAMES))


def test_attacks_as_plain_text_are_short_and_on_one_line(attack):
    for text in (plain_excerpt(attack, 40), plain_title(attack, 40)):
        assert len(text) <= 40
        assert "\n" not in text
    find_mentions(attack, NAMES)


def test_nobody_is_mentioned_by_markup_in_a_name(assert_safe):
    html = render("@<script> さん", ["<script>"])
    assert html == '<p><span class="mention">@&lt;script&gt;</span> さん</p>'
    assert_safe(html)
