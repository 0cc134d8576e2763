"""Somebody at a browser that draws nothing: reads a page, fills in its form by the labels, presses a button of it."""

from __future__ import annotations

from typing import Any

import requests
from lxml import html

from crossdesk.kit.tests.waiting import until
from scenarios.cast import PASSWORD

Fields = dict[str, Any]
PATIENCE = 120
"""Seconds: a busy machine is no failure."""
REFUSALS = ("That was not done", "This cannot be done now", "Not done.", "Not raised yet", "Nothing was changed")


class Visitor:
    """One person, signed in; again where the session ended meanwhile, as it does overnight."""

    def __init__(self, address: str, email: str) -> None:
        self.address, self.email = address, email
        self.session = requests.Session()

    def reads(self, path: str, part: str = "") -> str:
        """The words of a page, or of the part with this id."""
        page = self._page(path)
        return _words(page.get_element_by_id(part) if part else page)

    def links(self, path: str, words: str) -> str:
        """Where the first link with these words leads."""
        found = next((each for each in self._page(path).iter("a") if words in _words(each)), None)
        assert found is not None, f"{self.email} finds no link “{words}” on {path}."
        return str(found.get("href"))

    def links_beside(self, path: str, part: str, beside: str, words: str) -> str:
        """Where the link leads that stands in one line with these words."""
        lines = [each for each in self._page(path).get_element_by_id(part).iter("li", "tr") if beside in _words(each)]
        found = [link for line in lines for link in line.iter("a") if words in _words(link)]
        assert found, f"{self.email} finds no “{words}” beside “{beside}” on {path}."
        return str(found[0].get("href"))

    def question(self, path: str) -> str:
        """The label of the first field that is to be chosen."""
        found = [each for each in self._page(path).iter("label") if each.get("for")]
        label = next(each for each in found if each.for_element is not None and each.for_element.tag == "select")
        return _words(label)

    def comes_to_read(self, path: str, words: str, part: str = "") -> str:
        """What somebody else or time itself is about to do: looks again until the words stand there."""
        read = ""

        def there() -> bool:
            nonlocal read
            read = self.reads(path, part)
            return words in read

        until(there, lambda: f"“{words}” on {path} for {self.email}, who read: {read}")
        return read

    def does(
        self, path: str, press: str, fields: Fields | None = None, *, file: tuple[str, str, str] | None = None
    ) -> str:
        """Returns the address that the form led to. `file` is a field's label, a name and the content."""
        answer = self._sends(path, press, fields or {}, file)
        words = _words(html.fromstring(answer.text))
        refused = next((each for each in REFUSALS if each in words), None)
        assert answer.ok, f"{press} on {path} answered {answer.status_code}: {_trouble(answer.text)}"
        assert refused is None, f"{press} on {path}: {_trouble(answer.text)}"
        return answer.url.removeprefix(self.address)

    def is_refused(self, path: str, press: str, fields: Fields | None = None) -> str:
        """The sentence that says why not."""
        answer = self._sends(path, press, fields or {}, None)
        assert answer.status_code in (403, 409, 422), f"{press} on {path} was not refused: {answer.status_code}"
        return _trouble(answer.text)

    def status(self, path: str) -> int:
        return self._get(path).status_code

    def _sends(self, path: str, press: str, fields: Fields, file: tuple[str, str, str] | None) -> requests.Response:
        page = self._page(path)
        form, button = _form(page, press, path)
        for label, value in fields.items():
            _fill(_named(page, form, label), label, value)
        said = [*form.form_values(), *_said_beside(page, form)]
        if button.get("name"):
            said.append((button.get("name"), button.get("value") or ""))
        upload = {_named(page, form, file[0]).get("name"): (file[1], file[2].encode())} if file else None
        to = (form.get("action") or path).split("#")[0]
        if (form.get("method") or "get").lower() == "get":
            return self.session.get(self.address + to, params=said, timeout=PATIENCE)
        headers = {"Referer": self.address + path}
        return self.session.post(self.address + to, data=said, files=upload, headers=headers, timeout=PATIENCE)

    def _page(self, path: str) -> Any:
        answer = self._get(path)
        assert answer.ok, f"{self.email} reads {path}: {answer.status_code}: {_trouble(answer.text)}"
        return html.fromstring(answer.text)

    def _get(self, path: str) -> requests.Response:
        answer = self.session.get(self.address + path, timeout=PATIENCE)
        if "/account/login/" in answer.url:
            self._signs_in(html.fromstring(answer.text), answer.url)
            answer = self.session.get(self.address + path, timeout=PATIENCE)
        return answer

    def _signs_in(self, page: Any, address: str) -> None:
        form, _ = _form(page, "Sign in", "/account/login/")
        for label, value in (("Email", self.email), ("Password", PASSWORD)):
            _fill(_named(page, form, label), label, value)
        answer = self.session.post(
            self.address + (form.get("action") or "/account/login/"),
            data=list(form.form_values()),
            headers={"Referer": address},
            timeout=PATIENCE,
        )
        assert "/account/login/" not in answer.url, f"{self.email} cannot sign in: {_trouble(answer.text)}"


def _words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _form(page: Any, press: str, path: str) -> tuple[Any, Any]:
    """The form whose button says these words; the first of several."""
    for button in page.iter("button"):
        form = next(button.iterancestors("form"), None)
        if form is not None and _words(button) == press and button.get("type", "submit") == "submit":
            return form, button
    offered = sorted({_words(each) for each in page.iter("button") if _words(each)})
    raise AssertionError(f"There is no button “{press}” on {path}; there are {', '.join(offered)}.")


def _named(page: Any, form: Any, label: str) -> Any:
    """The field of this form that the label belongs to, by its whole words or else by its beginning."""
    labels = [(_words(each), _field(each)) for each in page.iter("label")]
    own = [(words, field) for words, field in labels if field is not None and _belongs(field, form)]
    found = next((field for words, field in own if words == label), None)
    if found is None:
        found = next((field for words, field in own if words.startswith(label)), None)
    assert found is not None, f"There is no field “{label}”; there are {', '.join(words for words, _ in own)}."
    return found


def _field(label: Any) -> Any:
    return label.for_element if label.get("for") else next(label.iter("input"), None)


def _belongs(field: Any, form: Any) -> bool:
    return field.get("form") == form.get("id") if field.get("form") else form in field.iterancestors("form")


def _said_beside(page: Any, form: Any) -> list[tuple[str, str]]:
    """Fields that stand elsewhere on the page and name the form they belong to."""
    beside = [each for each in page.xpath("//*[@form]") if each.get("form") == form.get("id") and each.get("name")]
    chosen = [each for each in beside if each.get("type") not in ("checkbox", "radio") or each.checked]
    return [(each.get("name"), each.value or "") for each in chosen]


def _fill(field: Any, label: str, value: Any) -> None:
    if field.tag == "select":
        option = next((each for each in field.iter("option") if _words(each).startswith(value)), None)
        assert option is not None, f"“{label}” does not offer “{value}”."
        field.value = option.get("value")
    elif field.get("type") in ("checkbox", "radio"):
        field.checked = bool(value)
    else:
        field.value = value


def _trouble(page: str) -> str:
    """What the page says is amiss."""
    told = html.fromstring(page).xpath(
        '//*[@role="alert"] | //*[contains(@class, "wrong")] | //*[contains(@class, "note bad")]'
    )
    return " ".join(_words(each) for each in told) or _words(html.fromstring(page))[:500]
