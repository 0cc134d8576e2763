"""The client against the real server in its own process; what gets lost on the way is lost by a real transport."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.described import description
from crossdesk.cases.models import Case as KeptCase
from crossdesk.cases.tests.cast import cast
from crossdesk.client import Crossdesk, Problem, shapes
from crossdesk.client.wire import problem_of
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs

LATER = datetime(2099, 1, 1, tzinfo=UTC)
GIVEN: dict[str, Any] = {
    "query_type": "dip-message-failure",
    "summary": "IF-036 confirmations missing",
    "impact": "Appointments cannot be confirmed.",
    "without_because": "It has just begun.",
}


class Losing(httpx.HTTPTransport):
    """Each first answer of its kind is lost after the server gave it."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if request.method not in self.lost:
            self.lost.add(request.method)
            answer.read()
            raise httpx.ReadTimeout("lost on the way", request=request)
        return answer


def token_of(party: Party) -> str:
    return keys.make_unasked(party, name="Tool", scopes=frozenset(Scope), by="Test", at=now())[1]


def test_two_tools_work_a_case_and_an_engagement(served: str, tmp_path: Path) -> None:
    people = cast()
    log = tmp_path / "log.txt"
    log.write_text("06:00 timeout")
    _, public_id, secret = token_of(people.elexon).split("_", 2)
    waits: list[float] = []
    ours = Crossdesk(served, token_of(people.sycamore), transport=Losing(), wait=waits.append)
    theirs = Crossdesk(served, client=(public_id, secret))
    grid = Crossdesk(served, token_of(people.pennine))
    with ours, theirs, grid:
        case = ours.cases.raise_(**GIVEN, references={"transaction": ["T-1", "T-2"]}, started_at=now())
        assert (case.references[0].distinct, case.etag[:1]) == (2, '"')
        kept = ours.cases.add_evidence(case, log)
        assert ours.cases.download(kept) == b"06:00 timeout"
        assert len(waits) == 2  # an answer to a POST and one to a GET were lost

        seen = theirs.cases.own(theirs.cases.take(theirs.cases.get(case.reference)), "We look.")
        with pytest.raises(Problem, match="It has changed since you read it") as stale:
            ours.cases.withdraw(case, "Never mind.")
        assert (stale.value.status, stale.value.kind) == (412, "changed-since")
        with pytest.raises(Problem, match="Only Elexon Service Desk"):
            ours.cases.resolve(ours.cases.get(case.reference), "Done.")

        seen = theirs.cases.engage(seen, people.pennine_help.pk, ask="Check.", outside_because="Yours.")
        (row,) = grid.engagements.list(side="to", open=True)
        leg = grid.engagements.acknowledge(grid.engagements.get(row.case, row.number), "PG-7")
        leg = grid.engagements.ask(grid.engagements.start(leg), "Which?", due_at=LATER)
        theirs.engagements.answer(theirs.engagements.get(row.case, row.number), "All.")
        grid.engagements.resolve(grid.engagements.get(row.case, row.number), "Done.")
        theirs.engagements.confirm(theirs.engagements.get(row.case, row.number))
        theirs.cases.resolve(theirs.cases.get(case.reference), "Fixed.")
        assert ours.cases.confirm(ours.cases.get(case.reference)).outcome == "fixed"
        assert "case.confirm" in [entry.kind for entry in ours.cases.timeline(case.reference)]
        assert [each.reference for each in ours.cases.list(part="raised", limit=1)] == [case.reference]
        assert ours.me().party.name == "Sycamore Energy"
        assert "Elexon Service Desk" in [desk.name for desk in ours.desks()]
        assert ours.query_types()[0].evidence
        assert ours.knowledge.search("mising meter reads")[0].key == "missing-meter-reads"
        assert ours.knowledge.reference("interfaces", "IF-036").title.startswith("IF-036")
        assert ours.knowledge.articles() == []
        item = ours.requests.item("portal-access")
        needed = [each for each in item.fields if each.required]
        fit = {each.name: each.choices[0].value if each.choices else "ada@sycamore.example" for each in needed}
        asked = ours.requests.ask(item, fit, key="ours-1")
        assert asked == ours.requests.get(asked.reference)
        assert [each.reference for each in theirs.requests.list(part="owns")] == [asked.reference]
    with verbs():
        assert KeptCase.objects.count() == 2  # one of them the request


def test_who_is_told_to_wait_waits_so_long(environment: dict[str, str], request: pytest.FixtureRequest) -> None:
    environment["CROSSDESK_API_RATE"] = "2"
    served = request.getfixturevalue("served")
    waits: list[float] = []
    with Crossdesk(served, token_of(cast().sycamore), tries=2, wait=waits.append) as desk:
        desk.me()
        desk.me()
        with pytest.raises(Problem, match="may ask 2 times a minute"):
            desk.me()
    assert 1 <= waits[0] <= 31


@pytest.mark.parametrize("content", [b"", b"<html>Bad gateway</html>", b"[1]", b'{"type": null, "errors": null}'])
def test_an_answer_of_something_in_between_is_a_problem_too(content: bytes) -> None:
    problem = problem_of(httpx.Response(502, content=content))
    assert (problem.status, str(problem)) == (502, "Bad Gateway")


def test_every_member_the_client_reads_is_one_the_api_tells() -> None:
    told = description()["components"]["schemas"]
    names = {"Case": "CaseOut", "CaseRow": "CaseRow", "Engagement": "EngagementOut", "EngagementRow": "LegRow",
             "Entry": "EntryOut", "Evidence": "EvidenceOut", "References": "ReferencesOut", "Question": "QuestionOut",
             "Report": "ReportOut", "Standing": "StandingOut", "Desk": "DirectoryDesk", "QueryType": "QueryTypeOut",
             "Affected": "AffectedOut", "Impact": "ImpactOut", "Caller": "CallerOut", "Named": "PartyOut",
             "Hit": "HitOut", "ArticleRow": "ArticleRow", "Article": "ArticleOut", "KnownError": "KnownErrorOut",
             "Reference": "ReferenceOut", "ItemRow": "ItemRow", "Item": "ItemOut", "FormField": "FieldOut",
             "Choice": "ChoiceOut", "Needed": "NeededOut", "Step": "StepOut", "RequestRow": "RequestRow",
             "Request": "RequestOut", "Answer": "AnswerOut", "Approval": "ApprovalOut", "Task": "TaskOut"}  # fmt: skip
    for ours, theirs in names.items():
        shape = getattr(shapes, ours)
        assert {each.name for each in fields(shape)} - {"etag"} <= set(told[theirs]["properties"]), ours
        get_type_hints(shape)
