"""The guards of whatever looks into Office files and PDF, reads lists of synonyms, or takes in forms with files: one
below, at and one beyond."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from hub.files import inside_office, inside_pdf, receiving
from hub.search import sudachi_file, synonym_routes, synonyms
from tests.bounds.around import AROUND, refusal_of, refusals, small, written
from tests.factories import JSON, Browser, World
from tests.files.conftest import PDF, docx
from tests.files.test_active import pdf
from tests.files.test_parts import field, file_part, post

# Office and PDF


def test_what_an_office_file_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts that are read, together: the texts of a document, and of a file in it."""
    small(monkeypatch, "MOST_UNPACKED_BYTES", 1_000, inside_office)
    around = b"<w></w>"

    def look(n: int) -> Iterable[object]:
        half, rest = (b"<w>" + b" " * (size - len(around)) + b"</w>" for size in (n // 2, n - n // 2))
        return inside_office.look_into(
            str(written(tmp_path, docx(**{"word/document.xml": half, "word/a.xml": rest}))), macros=False
        )

    assert refusals(look, 1_000) == ["", "", "bomb"]


def test_files_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most = inside_office.MOST_DEEP

    def look(depth: int) -> Iterable[object]:
        content = docx()
        for _ in range(depth - 1):
            content = docx(**{"word/embeddings/a.docx": content})
        return inside_office.look_into(str(written(tmp_path, content)), macros=False)

    assert refusals(look, most) == ["", "", "embedded"]


def test_what_the_objects_of_a_pdf_unpack_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them together."""
    small(monkeypatch, "MOST_UNPACKED_BYTES", 1_000, inside_pdf)
    small(monkeypatch, "PART_BYTES", 8, inside_pdf)
    one = refusals(lambda n: inside_pdf.look_into(str(written(tmp_path, pdf(b"", b" " * n)))), 1_000)
    assert one == ["", "", "bomb"]

    def two(n: int) -> Iterable[object]:
        return inside_pdf.look_into(str(written(tmp_path, pdf(b"", b" " * 600) + pdf(b"", b" " * (n - 600)))))

    assert refusals(two, 1_000) == ["", "", "bomb"]


def test_the_dictionary_of_a_packed_object(tmp_path: Path) -> None:
    """What keeps the beginning of its bytes far from its name hides it from whoever looks for it."""

    def made(filler: int) -> bytes:
        return pdf(b"", b"1 0 <</Type/Page>>", b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode" + b" " * filler)

    plain = made(0)
    apart = plain.index(b"stream\r\n") + len(b"stream\r\n") - plain.index(b"/ObjStm")

    def look(n: int) -> Iterable[object]:
        return inside_pdf.look_into(str(written(tmp_path, made(n - apart))))

    below, at, beyond = refusals(look, inside_pdf.HEAD_BYTES)
    assert (below, at) == ("", "")
    assert beyond
    assert refusal_of(lambda: look(2 * inside_pdf.HEAD_BYTES)) == "two_in_one"


# Lists of synonyms


def synonym(group: int, word: str) -> str:
    return f"{group:06},1,0,1,0,0,0,(),{word},,"


def groups(*sizes: int) -> str:
    return "\n".join(synonym(g, f"架空{g}の{n}") for g, size in enumerate(sizes, start=1) for n in range(size))


def read_synonyms(text: str) -> None:
    assert sudachi_file.groups_of(text).groups


def test_words_of_one_group() -> None:
    most = sudachi_file.MOST_WORDS_OF_GROUP
    assert refusals(lambda n: read_synonyms(groups(2, n)), most) == ["", "", "group"]


def test_groups_and_words_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, "MOST_GROUPS", 3, sudachi_file)
    assert refusals(lambda n: read_synonyms(groups(*[2] * n)), 3) == ["", "", "groups"]
    small(monkeypatch, "MOST_WORDS", 7, sudachi_file)
    assert refusals(lambda n: read_synonyms(groups(3, n - 3)), 7) == ["", "", "words"]


def test_signs_of_a_word_and_of_a_line() -> None:
    good, chars = groups(2), sudachi_file.LINE_CHARS
    word = refusals(lambda n: read_synonyms(f"{good}\n{synonym(2, 'あ' * n)}"), sudachi_file.WORD_CHARS)
    assert word == ["", "", "word"]
    assert refusals(lambda n: read_synonyms(f"{good}\n#{'x' * (n - 1)}"), chars) == ["", "", "line"]


def test_other_ways_to_say_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, "MOST_ALTERNATIVES", 3, synonyms)
    known = [synonyms.Synonyms([tuple(f"架空{c}" for c in "甲乙丙丁戊"[: n + 1])]) for n in (2, 3, 4)]
    assert [len(found.of("架空甲")) for found in known] == [2, 3, 3]


# Forms that bring files


def form(browser: Browser, size: int, name: str, content: bytes) -> bytes:
    """A form with one file whose whole is so many bytes."""
    field = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    begin = field.format("csrf_token", "").encode() + browser.csrf.encode() + b"\r\n"
    begin += field.format("file", f'; filename="{name}"').encode() + content + b"\r\n"
    begin += field.format("more", "").encode()
    end = b"\r\n--b--\r\n"
    return begin + b"x" * (size - len(begin) - len(end)) + end


def statuses(browser: Browser, address: str, limit: int, name: str, content: bytes) -> list[int]:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    bodies = [form(browser, limit + more, name, content) for more in AROUND]
    return [browser.post(address, data=body, headers=JSON | kind).status_code for body in bodies]


def test_bytes_of_a_form_with_a_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as its files may have, and so many for all the rest."""
    small(monkeypatch, "FORM_BYTES", 3_000, receiving)
    config = world.app.extensions["hub.config"]
    monkeypatch.setitem(vars(config), "file_bytes", 500)
    assert statuses(world.client("officer"), "/attachments", 3_500, "a.pdf", PDF) == [201, 201, 413]


def test_parts_of_a_form_with_a_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file and the token of the page are two of them."""
    small(monkeypatch, "FORM_PARTS", 20, receiving)
    browser = world.client("officer")

    def sent(parts: int) -> int:
        fields = [field(f"f{n}", "x") for n in range(parts - 2)]
        return post(browser, "/attachments", field("csrf_token", browser.csrf), file_part(), *fields).status_code

    assert [sent(20 + n) for n in AROUND] == [201, 201, 413]


def test_bytes_of_a_list_of_synonyms(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, "FILE_BYTES", 3_000, synonym_routes)
    content = groups(2).encode()
    address = "/search/synonyms/import"
    assert statuses(world.client("lead"), address, 3_000, "synonyms.txt", content) == [303, 303, 413]
