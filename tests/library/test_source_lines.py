"""Sources are shown by their titles."""

import pytest

from hub.library.source_lines import SourceLine, source_line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("県の発表 https://example.jp/a?b=1", SourceLine("県の発表", "https://example.jp/a?b=1")),
        ("https://example.jp/a/b.html 調査報告", SourceLine("調査報告", "https://example.jp/a/b.html")),
        (
            "https://www.example.jp/news/2024/",
            SourceLine("www.example.jp/news/2024", "https://www.example.jp/news/2024/"),
        ),
        ("町の記録", SourceLine("町の記録", "")),
        ("罠 https://good.jp@evil.jp/", SourceLine("罠 https://good.jp@evil.jp/", "")),
    ],
)
def test_a_source_is_told_by_its_title(line: str, shown: SourceLine) -> None:
    assert source_line(line) == shown
