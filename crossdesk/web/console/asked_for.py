"""What stands beside a case as proof: the evidence that was asked for, and the codes that its words name."""

from __future__ import annotations

from dataclasses import dataclass

from crossdesk import rulebook
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.questions import CaseFile
from crossdesk.rulebook.evidence import Required, required_evidence
from crossdesk.rulebook.explain import Explanation, explain, find_codes

LISTS = {
    "mpan": {"mpan"},
    "affected-count": {"mpan"},
    "references": {"mpan", "transaction", "sender-reference", "correlation"},
    "transaction-id": {"transaction"},
    "error-code": {"error-code"},
}
"""Which lists of references answer what was asked."""

CODES_SHOWN = 8


@dataclass(frozen=True)
class Asked:
    """One kind of evidence, as a checklist takes it."""

    words: str
    have: bool
    detail: str = ""

    @property
    def state(self) -> str:
        return "have" if self.have else "missing"


def asked_for(file: CaseFile) -> list[Asked]:
    """Nothing for somebody who may not read how the case began, and so does not know what came with it."""
    if file.raised is None:
        return []
    book, case = rulebook.current(), file.case
    required = required_evidence(
        book,
        case.query_type if case.query_type in book.query_types else "",
        case.owner.rule if case.owner.rule in book.desks else "",
        case.scenario if case.scenario in book.scenarios else "",
    )
    missing = set(file.raised.facts.get("missing", ()))
    return [_asked(each, file, missing) for each in required]


def _asked(required: Required, file: CaseFile, missing: set[str]) -> Asked:
    """It is here as a file, as a list, or because the report said it; else it is missing, and its askers are named."""
    key, label = required.evidence.key, required.evidence.label
    given = next((each.name for each in file.evidence if each.key == key and not each.erased), "")
    listed = next((KINDS[each.kind] for each in file.references if each.kind in LISTS.get(key, ())), "")
    if given or listed:
        return Asked(label, True, given or f"A list of {listed}")
    if key not in missing:
        return Asked(label, True, "With the report")
    return Asked(label, False, f"Asked by {', '.join(required.asked_by)}")


def codes_of(file: CaseFile) -> list[Explanation]:
    """Each code in the words the case began with, explained once."""
    words = f"{file.case.summary}\n{file.raised.body.words if file.raised else ''}"
    told = (explain(rulebook.current(), code) for code in find_codes(words)[:CODES_SHOWN])
    return [each for each in told if each]
