"""Office files from inside, in the process that is confined: macros of Excel 4, embedded objects, what is fetched from
elsewhere when the file is opened, DDE. Parts are read one by one; what is unpacked has a limit for the whole file."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from hub.confined.refusal import Refused
from hub.files.inside_ole import look_into_ole
from hub.files.targets import is_elsewhere, is_harmless_link
from hub.zips import DAMAGE, ZipRefused, check_entries

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_UNPACKED_BYTES = 512 * 1024 * 1024  # of all parts that are read, those of embedded files too
MOST_DEEP = 3  # files in files: a chart in slides brings its sheet
PART_BYTES = 256 * 1024
_TEXTS = ("word/", "xl/externallinks/", "content.xml", "styles.xml", "meta.xml")
_SEEN_IN_PASSING = ("image", "video", "audio", "media")  # pictures and films of the Web are shown, not run
_OBJECTS = ("oleobject", "control", "activexcontrol", "activexcontrolbinary", "afchunk")
_MACRO_SHEETS = ("xlmacrosheet", "xlintlmacrosheet")
_ELSEWHERE = ("ddeLink", "dde-connection", "dde-connection-decl", "dde-source", "dde-link", "floating-frame", "applet")
_DDE = re.compile(r'(?i)(?:^|[\s"])DDE(?:AUTO)?(?=\s|$)')


def look_into(path: str, *, macros: bool) -> Iterator[str]:
    """Nothing, when the file is as quiet as it looks. Raises Refused."""
    with Path(path).open("rb") as file:
        head = file.read(8)
    try:
        if head.startswith(OLE):
            look_into_ole(Path(path), macros=macros)
        else:
            with Path(path).open("rb") as file:
                _Package(file, macros, [MOST_UNPACKED_BYTES]).look(depth=1)
    except ZipRefused as refusal:
        raise Refused(refusal.reason) from None
    except (*DAMAGE, expat.ExpatError):
        raise Refused("broken") from None
    yield from ()


class _Package:
    """One zip; `left` counts down what may still be unpacked, also of those inside it."""

    def __init__(self, file: IO[bytes], macros: bool, left: list[int]) -> None:
        self.archive, self.macros, self.left = zipfile.ZipFile(file), macros, left

    def look(self, depth: int) -> None:
        if depth > MOST_DEEP:
            raise Refused("embedded")
        for entry in self.archive.infolist():
            name = entry.filename.lower().replace("\\", "/")
            if name.startswith(("xl/macrosheets/", "xl/intlmacrosheets/")):
                self._macro()
            if name.endswith(".rels"):
                self._parse(entry, self._relation)
            elif name == "meta-inf/manifest.xml":
                self._parse(entry, self._manifest)
            elif name.endswith(".xml"):
                if name.startswith(_TEXTS):
                    self._parse(entry, self._text)
            elif not entry.is_dir() and not name.endswith("vbaproject.bin"):
                self._binary(entry, depth)

    def _macro(self) -> None:
        if not self.macros:
            raise Refused("macro")

    def _count(self, content: bytes) -> bytes:
        self.left[0] -= len(content)
        if self.left[0] < 0:
            raise Refused("bomb")
        return content

    def _parse(self, entry: zipfile.ZipInfo, begin: Callable[[str, dict[str, str]], None]) -> None:
        """`begin` is told of each element: local name and attributes. Nothing of the part is kept."""
        parser = expat.ParserCreate()  # not by name spaces: old programs did not always declare them
        parser.buffer_text, fields = True, _Fields()

        def refuse(*_declared: object) -> None:
            raise Refused("broken")  # Office takes no part with entities of its own

        def start(name: str, attributes: dict[str, str]) -> None:
            local = name.rpartition(":")[2]
            fields.begin(local)
            begin(local, attributes)

        parser.EntityDeclHandler, parser.StartElementHandler = refuse, start
        parser.EndElementHandler, parser.CharacterDataHandler = fields.end, fields.text
        with self.archive.open(entry) as part:
            while content := part.read(PART_BYTES):
                parser.Parse(self._count(content), False)
        parser.Parse(b"", True)

    def _relation(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship":
            return
        kind, target = attributes.get("Type", "").rpartition("/")[2].lower(), attributes.get("Target", "")
        external = attributes.get("TargetMode", "").lower() == "external"
        if kind in _MACRO_SHEETS:
            self._macro()
        elif kind in _OBJECTS:
            raise Refused("outside" if external and is_elsewhere(target) else "embedded")
        elif external and not _may_lie_outside(kind, target):
            raise Refused("outside")

    def _text(self, name: str, attributes: dict[str, str]) -> None:
        """Fields of Word that start a program, links of Excel and LibreOffice to one."""
        if name in _ELSEWHERE or (name == "fldSimple" and any(map(_DDE.search, attributes.values()))):
            raise Refused("outside")
        if name == "event-listener":
            self._macro()

    def _manifest(self, _name: str, attributes: dict[str, str]) -> None:
        """Of OpenDocument: objects of other programs, by the types that it names; charts and formulas are its own."""
        types = [value.lower() for key, value in attributes.items() if key.endswith("media-type")]
        if any("oleobject" in type_ or "msole" in type_ for type_ in types):
            raise Refused("embedded")

    def _binary(self, entry: zipfile.ZipInfo, depth: int) -> None:
        """What charts and tables in slides and texts bring along is an Office file itself; other files in files are
        refused, whatever they are called."""
        with self.archive.open(entry) as part:
            head = part.read(8)
        if head.startswith(OLE) or ("/embeddings/" in entry.filename.lower() and not head.startswith(ZIP)):
            raise Refused("embedded")
        if head.startswith(ZIP):
            with self.archive.open(entry) as part:
                content = self._count(part.read(self.left[0] + 1))
            inner = _Package(io.BytesIO(content), self.macros, self.left)
            inner.check(len(content))
            inner.look(depth + 1)

    def check(self, size: int) -> None:
        entries = self.archive.infolist()
        check_entries(entries, size)
        names = {entry.filename.lower() for entry in entries}
        if "[content_types].xml" not in names:
            raise Refused("embedded")
        if any(name.endswith("vbaproject.bin") for name in names):
            self._macro()


def _may_lie_outside(kind: str, target: str) -> bool:
    if kind == "hyperlink":  # followed when somebody chooses to
        return is_harmless_link(target)
    web = target.strip().lower().startswith(("http://", "https://"))
    if kind == "externallinkpath":  # Excel asks before it follows one, and every budget is linked to a file server
        return is_harmless_link(target) and not web
    return not is_elsewhere(target) or (web and kind in _SEEN_IN_PASSING)


class _Fields:
    """The instructions of Word's fields, each of which may be cut into many runs of text."""

    def __init__(self) -> None:
        self.inside, self.said = False, ""

    def begin(self, name: str) -> None:
        self.inside = name in ("instrText", "delInstrText")
        if name in ("fldChar", "p"):
            self.said = ""

    def end(self, _name: str) -> None:
        self.inside = False

    def text(self, text: str) -> None:
        if self.inside:
            self.said += text[:1000]
            if _DDE.search(self.said):
                raise Refused("outside")
            self.said = self.said[-1000:]
