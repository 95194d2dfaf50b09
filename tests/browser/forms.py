"""One form of one page in a real browser: found, sent wrongly and rightly, and looked at as a person does."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from tests.test_permissions_matrix import UPLOADS

ERROR = {"ja": "エラー：", "en": "Error: "}
# Of several forms that lead there the one that holds most of what is to be sent; what hides it is opened.
FIND = """
    ([path, right]) => {
        const there = (address) => address && new URL(address, location).pathname === path;
        const goals = (form) => [form.getAttribute('action'),
            ...[...form.querySelectorAll('[formaction]')].map((button) => button.getAttribute('formaction'))];
        const fits = (form) => Object.entries(right).reduce((sum, [name, value]) => {
            const found = [...form.querySelectorAll(`[name="${name}"]`)];
            return sum + (found.length > 0) + found.some((control) => control.value === value);
        }, 0);
        const forms = [...document.querySelectorAll('form[method=post]')].filter((form) => goals(form).some(there));
        forms.sort((a, b) => fits(b) - fits(a));
        for (const old of document.querySelectorAll('[data-tried]')) delete old.dataset.tried;
        if (!forms.length) return false;
        forms[0].dataset.tried = '';
        for (let e = forms[0].closest('details'); e; e = e.parentElement.closest('details')) e.open = true;
        return true;
    }
"""
CONTROLS = """
    form => [...form.elements].filter(c => c.name && c.type !== 'hidden' && !c.disabled && c.tagName !== 'FIELDSET')
        .map(c => ({name: c.name, kind: c.type, required: c.required}))
"""
TYPED = ("text", "textarea", "number", "date", "email", "password")
# What a person may type that no field takes; blanks alone pass the browser's own check.
ODD = {"number": "-5", "date": "1900-01-01", "email": "x@x"}


class Tried:
    """The form that sends to `path`; `right` is what makes it succeed."""

    def __init__(self, page: Page, path: str, right: Mapping[str, Any]) -> None:
        self.page, self.path = page, path
        self.right = {name: str(value) for name, value in right.items()}
        self.sent: dict[str, str] = {}
        self.form = self.found()
        self.controls = self.form.evaluate(CONTROLS)

    def found(self) -> Locator:
        assert self.page.evaluate(FIND, [self.path, self.right]), f"no form to {self.path} on {self.page.url}"
        return self.page.locator("[data-tried]")

    @property
    def typed(self) -> list[dict[str, Any]]:
        return [control for control in self.controls if control["kind"] in TYPED]

    def fill_wrong(self, wrong: Mapping[str, str]) -> None:
        """`wrong`, else something odd in every field."""
        for control in self.typed:
            odd = ODD.get(control["kind"], " " if control["required"] else "あ" * 10_001)
            field = self._control(control["name"])
            field.fill(wrong.get(control["name"], odd))
            self.sent[control["name"]] = field.input_value()
        self.form.evaluate("form => { form.noValidate = true }")  # the hub's answer is looked at, not the browser's

    def grow_old(self) -> None:
        """A page that was opened yesterday."""
        self.form.evaluate("form => { form.elements.csrf_token.value = 'of another day'; form.noValidate = true }")

    def fill_right(self) -> None:
        self.form = self.found()
        for control in self.controls:
            name, kind = control["name"], control["kind"]
            value = self.right.get(name, "")
            if kind in TYPED:
                self._control(name).fill(value)
            elif kind in ("checkbox", "radio") and name in self.right:
                self.form.locator(f"[name='{name}'][value='{value}']").check()
            elif kind == "select-one" and name in self.right:
                self._control(name).select_option(value)
            elif kind == "file" and value:
                file = {"name": value, "mimeType": "application/octet-stream", "buffer": UPLOADS[value]}
                self._control(name).set_input_files([file])  # type: ignore[list-item]

    def _control(self, name: str) -> Locator:
        return self.form.locator(f"[name='{name}']").first

    @property
    def button(self) -> Locator:
        """The one for what is to be sent."""
        named = [self.form.locator(f"button[name='{n}'][value='{v}']") for n, v in self.right.items() if v.isalnum()]
        named += [self.form.locator("button[value=send]")]  # beside the one that shows how it will look
        named.append(self.form.locator(f"button[formaction='{self.path}']"))
        return next((b for b in named if b.count()), self.form.locator("button:visible:not([type=button])")).first

    def send(self) -> Response:
        """The answer, whose page stands there."""
        with self.page.expect_navigation(wait_until="domcontentloaded") as answer:
            self.button.click()
        assert answer.value
        return answer.value

    def look_at_refusal(self, language: str) -> None:
        """The title says it, the focus is where it begins, and every sentence leads to its field, which says it too and
        holds what was typed."""
        page = self.page
        assert page.title().startswith(ERROR[language])
        summary = page.locator(".error-summary")
        expect(summary).to_be_focused()
        links = summary.locator("a")
        targets = links.evaluate_all("links => links.map(link => link.hash.slice(1))")
        assert bool(targets) == bool(self.sent), summary.inner_text()
        form = self.found()
        for number, target in enumerate(targets):
            links.nth(number).click()
            field = form.locator(f"#{target}")
            expect(field).to_be_focused()
            expect(field).to_have_attribute("aria-invalid", "true")
            expect(page.locator(f"#{target}-fault")).to_be_visible()
        for control in self.typed:
            if control["kind"] != "password" and self.sent:
                assert self._control(control["name"]).input_value() == self.sent[control["name"]]

    def look_at_fault(self) -> None:
        """The same where a script sends: said at the field, which has the focus."""
        expect(self.form.locator(".field__error:visible")).to_be_visible()
        field = self._control(self.typed[0]["name"])
        expect(field).to_be_focused()
        assert field.input_value() == self.sent[self.typed[0]["name"]]
