"""What a raiser's or an owning desk's tool does with cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crossdesk.client.shapes import Affected, Case, CaseRow, Entry, Evidence, Impact, References
from crossdesk.client.wire import Wire, read


class Cases:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def raise_(
        self,
        *,
        query_type: str,
        summary: str,
        impact: str,
        references: Mapping[str, Sequence[str]] | None = None,
        started_at: datetime | None = None,
        desk: int | None = None,
        key: str = "",
        **more: Any,
    ) -> Case:
        """`references` are lists by their kind. `more` are the further members of the API's own body, such as
        `without_because`. With a `key` of your own, the same case is raised once even over restarts of your tool."""
        lists = [{"kind": kind, "values": list(values)} for kind, values in (references or {}).items()]
        body = {"query_type": query_type, "summary": summary, "impact": impact, "references": lists, **more}
        return self._wire.post(Case, "cases", body | {"started_at": started_at, "desk": desk}, key=key)

    def get(self, reference: str) -> Case:
        return self._wire.get(Case, f"cases/{reference}")

    def list(self, **filters: Any) -> Iterator[CaseRow]:
        """By part, open, ball, stage, system, query_type or changed_since; the last changed first, over all pages."""
        for page in self._wire.pages("cases", **filters):
            yield from (read(CaseRow, each) for each in page["cases"])

    def timeline(self, reference: str, *, since: int = 0) -> Iterator[Entry]:
        for page in self._wire.pages(f"cases/{reference}/timeline", since=since):
            yield from (read(Entry, each) for each in page["entries"])

    def write(self, case: Case, words: str, *, to: str = "raiser") -> Case:
        return self._wire.post(Case, f"cases/{case.reference}/words", {"words": words, "to": to})

    # The raiser
    def answer(self, case: Case, words: str) -> Case:
        return self._act(case, "answer", words=words)

    def confirm(self, case: Case, words: str = "") -> Case:
        return self._act(case, "confirm", words=words)

    def dispute(self, case: Case, why: str) -> Case:
        return self._act(case, "dispute", why=why)

    def withdraw(self, case: Case, why: str) -> Case:
        return self._act(case, "withdraw", why=why)

    def reopen(self, case: Case, why: str) -> Case:
        return self._act(case, "reopen", why=why)

    # The owning desk
    def take(self, case: Case) -> Case:
        return self._act(case, "take")

    def own(self, case: Case, words: str = "") -> Case:
        return self._act(case, "own", words=words)

    def prioritise(self, case: Case, *, impact: str = "", urgency: str = "", fault: str = "") -> Case:
        return self._act(case, "prioritise", impact=impact, urgency=urgency, fault=fault)

    def redirect(self, case: Case, why: str, *, to: int | None = None, to_words: str = "") -> Case:
        return self._act(case, "redirect", why=why, to=to, to_words=to_words)

    def ask(self, case: Case, words: str, *, due_at: datetime) -> Case:
        return self._act(case, "ask", words=words, due_at=due_at)

    def resolve(self, case: Case, words: str) -> Case:
        return self._act(case, "resolve", words=words)

    def close(self, case: Case, why: str) -> Case:
        return self._act(case, "close", why=why)

    def engage(self, case: Case, to: int, *, ask: str, outside_because: str, **more: Any) -> Case:
        """`more`: acknowledge_by, answer_by, and the entries, evidence and references that the desk may read."""
        return self._act(case, "engagements", to=to, ask=ask, outside_because=outside_because, **more)

    def _act(self, case: Case, act: str, **body: Any) -> Case:
        return self._wire.post(Case, f"cases/{case.reference}/{act}", body, etag=case.etag or "*")

    # What is given with it
    def add_references(self, case: Case, kind: str, values: Sequence[str], *, to: str = "raiser") -> References:
        body = {"kind": kind, "values": list(values), "to": to}
        return self._wire.post(References, f"cases/{case.reference}/references", body)

    def add_evidence(self, case: Case, file: Path, *, key: str = "", to: str = "raiser") -> Evidence:
        parts = {"file": (file.name, file.read_bytes())}
        answer = self._wire.ask("POST", f"cases/{case.reference}/evidence", files=parts, data={"key": key, "to": to})
        return read(Evidence, answer.json())

    def download(self, evidence: Evidence) -> bytes:
        return self._wire.ask("GET", evidence.content).content

    def impact(self, reference: str) -> Impact:
        return self._wire.get(Impact, f"cases/{reference}/impact")

    def claim(self, case: Case, **what: Any) -> Affected:
        """One of party, system and process; and meters and why."""
        return self._wire.post(Affected, f"cases/{case.reference}/impact", what)
