"""Puts what was typed back into a form of a page, and what is wrong beside the field."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from hub.refusals.markup import Control, Element, Form, Page

NEVER_SHOWN = frozenset({"password", "file"})
SWITCHES = frozenset({"open", "checked", "selected"})  # said by their names alone
KEPT_HIDDEN = frozenset({"client_id"})  # a form that is sent twice is one thing


class Edits:
    """Changes of a text, all of them in the places of the text as it was."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._made: list[tuple[int, int, str]] = []
        self._attributes: dict[int, tuple[Element, dict[str, str | None]]] = {}

    def insert(self, at: int, text: str) -> None:
        self._made.append((at, at, text))

    def replace(self, start: int, end: int, text: str) -> None:
        self._made.append((start, end, text))

    def attributes(self, element: Element, changed: Mapping[str, str | None]) -> None:
        """Give the element these attributes; None takes one away."""
        self._attributes.setdefault(element.start, (element, {}))[1].update(changed)

    def result(self) -> str:
        tags = [(e.start, e.inner, _start_tag(e, changed)) for e, changed in self._attributes.values()]
        parts, at = [], 0
        for start, end, text in sorted([*self._made, *tags], key=lambda edit: edit[:2]):
            parts += [self.html[at:start], text]
            at = end
        return "".join([*parts, self.html[at:]])


def _start_tag(element: Element, changed: Mapping[str, str | None]) -> str:
    merged = {**element.attrs, **{name: value for name, value in changed.items() if value is not None}}
    names = [name for name in merged if changed.get(name, "") is not None]
    attributes = [f" {n}" if n in SWITCHES else f' {n}="{escape(merged[n] or "")}"' for n in names]
    return f"<{element.tag}{''.join(attributes)}>"


@dataclass
class Fault:
    """What is wrong with the field `name`: the control where it is said, and the sentence with the field's label."""

    name: str
    control: Control
    text: str
    named: str
    id: str


def form_in(page: Page, path: str, typed: MultiDict[str, str]) -> Form | None:
    """The form of the page that was sent: of several that lead there the one that holds most of what came."""
    there = [form for form in page.forms if path in form.actions]
    return max(there, key=lambda form: _likeness(form, typed), default=None)


def _likeness(form: Form, typed: MultiDict[str, str]) -> int:
    names = {c.name for c in form.controls}
    fixed = [c for c in form.controls if c.kind == "hidden" and c.name not in ("csrf_token", "version", "client_id")]
    wrong = [c for c in fixed if c.name not in typed or c.value not in typed.getlist(c.name)]
    return len(names & set(typed)) - 3 * len(wrong)


def unfold(edits: Edits, form: Form) -> None:
    for folded in (e for e in form.element.parents if e.tag == "details"):
        edits.attributes(folded, {"open": ""})


def fill(edits: Edits, form: Form, typed: MultiDict[str, str]) -> None:
    """Every control as it was sent."""
    given: dict[str, list[str]] = defaultdict(list, {name: list(typed.getlist(name)) for name in typed})
    for control in form.controls:
        if control.kind in NEVER_SHOWN or (control.kind == "hidden" and control.name not in KEPT_HIDDEN):
            continue
        if control.kind in ("checkbox", "radio"):
            edits.attributes(control, {"checked": "" if control.value in typed.getlist(control.name) else None})
        elif given[control.name]:
            _put(edits, control, given[control.name].pop(0))


def _put(edits: Edits, control: Control, value: str) -> None:
    if control.tag == "textarea":
        edits.replace(control.inner, control.end, f"\n{escape(value)}")
    elif control.tag == "select":
        if value not in [option.attrs.get("value") or "" for option in control.options]:
            return  # what the page has chosen stays: with nothing chosen the browser would take the first
        for option in control.options:
            edits.attributes(option, {"selected": "" if (option.attrs.get("value") or "") == value else None})
    else:
        edits.attributes(control, {"value": value})


def say(edits: Edits, page: Page, form: Form, errors: Mapping[str, str]) -> list[Fault]:
    """Every error at its field, as far as the form shows the field; in the form's order."""
    found = []
    ids = [e.attrs["id"] for e in page.elements if e.attrs.get("id")]
    for name, text in errors.items():
        control = _seen(form, name)
        if control is None:
            continue
        label = page.label_of(control)
        named = text if not label or label in text else _("%(label)s：%(text)s", label=label, text=text)
        fault = Fault(name, control, text, named, _id(edits, page, control, ids))
        _mark(edits, control, fault)
        found.append(fault)
    return sorted(found, key=lambda fault: fault.control.start)


def _id(edits: Edits, page: Page, control: Control, ids: list[str | None]) -> str:
    """The control's own, unless another field of the page has the same."""
    own = control.attrs.get("id")
    if own and ids.count(own) == 1:
        return own
    free = _free(own or f"field-{control.name}", ids)
    for label in (e for e in page.elements if own and e.tag == "label" and e.attrs.get("for") == own):
        if label.within("form") is control.within("form"):
            edits.attributes(label, {"for": free})
    ids.append(free)
    return free


def _free(id_: str, taken: Iterable[str | None]) -> str:
    known, number = set(taken), 2
    wanted = id_
    while wanted in known:
        wanted, number = f"{id_}-{number}", number + 1
    return wanted


def _seen(form: Form, name: str) -> Control | None:
    """The control of a field; of a table its first cell."""
    seen = [c for c in form.controls if c.kind != "hidden"]
    exact = [c for c in seen if c.name == name]
    return next(iter(exact or [c for c in seen if c.name.startswith(f"{name}-")]), None)


def _mark(edits: Edits, control: Control, fault: Fault) -> None:
    """The sentence below the field; above a choice, whose boxes are many."""
    described = " ".join(filter(None, [control.attrs.get("aria-describedby"), f"{fault.id}-fault"]))
    edits.attributes(control, {"id": fault.id, "aria-invalid": "true", "aria-describedby": described})
    for folded in (e for e in control.parents if e.tag == "details"):
        edits.attributes(folded, {"open": ""})
    around = control.within("label")
    place = around or control
    at = place.start if control.kind in ("checkbox", "radio") else place.after
    edits.insert(at, f'<p class="field__error" id="{escape(fault.id)}-fault">{escape(fault.text)}</p>')
    box = next((e for e in reversed(control.parents) if e.tag == "div" and "field" in e.classes), None)
    if box is not None:
        edits.attributes(box, {"class": " ".join(dict.fromkeys([*box.classes, "field--invalid"]))})
