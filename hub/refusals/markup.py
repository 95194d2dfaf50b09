"""Reads a page of this hub: its forms, their controls with labels, and where each of them stands in the text."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
CONTROLS = frozenset({"input", "select", "textarea"})
_BLANKS = re.compile(r"\s+")
_ASIDE = re.compile(r"(?<=.)\s{0,9}[(（][^()（）]*[)）]$")  # what a label says beside the name


@dataclass
class Element:
    """A start tag: `start` to `inner` is the tag itself, `inner` to `end` its content, `after` what follows."""

    tag: str
    attrs: dict[str, str | None]
    start: int
    inner: int
    end: int = 0
    after: int = 0
    parents: "tuple[Element, ...]" = ()
    words: list[str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return (self.attrs.get("class") or "").split()

    @property
    def text(self) -> str:
        return _BLANKS.sub(" ", "".join(self.words)).strip()

    def within(self, tag: str) -> "Element | None":
        """The nearest element of this kind around it."""
        return next((e for e in reversed(self.parents) if e.tag == tag), None)


@dataclass
class Control(Element):
    options: list[Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attrs.get("name") or ""

    @property
    def kind(self) -> str:
        """text, checkbox, hidden, file, textarea, select, …"""
        return (self.attrs.get("type") or "text") if self.tag == "input" else self.tag

    @property
    def value(self) -> str:
        return self.attrs.get("value") or ("on" if self.kind in ("checkbox", "radio") else "")


@dataclass
class Form:
    element: Element
    controls: list[Control] = field(default_factory=list)
    actions: set[str] = field(default_factory=set)  # of the form and of buttons with another goal

    def named(self, name: str) -> list[Control]:
        return [c for c in self.controls if c.name == name]


class Page(HTMLParser):
    """`forms` in the order of the page, `elements` all start tags; templates that only scripts use are left out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.forms: list[Form] = []
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self._lines = [0, *(m.end() for m in re.finditer("\n", html))]
        self.feed(html)
        self.close()
        self.labels = {e.attrs["for"]: e.text for e in self.elements if e.tag == "label" and e.attrs.get("for")}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._offset()
        inner = start + len(self.get_starttag_text() or "")
        kind = Control if tag in CONTROLS else Element
        made = kind(tag, dict(attrs), start, inner, inner, inner, tuple(self._open))
        if not any(e.tag == "template" for e in self._open):
            self._note(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        index = next((n for n in range(len(self._open) - 1, -1, -1) if self._open[n].tag == tag), None)
        if index is None:
            return
        closed, offset = self._open[index], self._offset()
        closed.end, closed.after = offset, self.html.index(">", offset) + 1
        del self._open[index:]

    def handle_data(self, data: str) -> None:
        if any(e.tag in ("option", "textarea") or "field__required" in e.classes for e in self._open):
            return
        for element in self._open:
            if element.tag in ("label", "legend", "h1"):
                element.words.append(data)

    def _note(self, made: Element) -> None:
        self.elements.append(made)
        if made.tag == "form" and (made.attrs.get("method") or "get").lower() == "post":
            self.forms.append(Form(made, actions={path_of(made)}))
            return
        form = made.within("form")
        if form is None or not self.forms or self.forms[-1].element is not form:
            return
        if isinstance(made, Control) and made.name and "disabled" not in made.attrs:
            self.forms[-1].controls.append(made)
        elif made.tag == "option":
            select = made.within("select")
            if isinstance(select, Control):
                select.options.append(made)
        elif made.attrs.get("formaction"):
            self.forms[-1].actions.add(path_of(made))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def label_of(self, control: Control) -> str:
        """What the control is called on the page; of a choice the name of the group."""
        group = control.within("fieldset") if control.kind in ("checkbox", "radio") else None
        legend = next((e for e in self.elements if e.tag == "legend" and group in e.parents), None) if group else None
        around = control.within("label")
        own = self.labels.get(control.attrs.get("id") or "", "") or (around.text if around else "")
        return _ASIDE.sub("", (legend.text if legend else "") or own or control.attrs.get("aria-label") or "")


def path_of(element: Element) -> str:
    """Where a form or a button leads, without its query."""
    return urlsplit(element.attrs.get("formaction") or element.attrs.get("action") or "").path
