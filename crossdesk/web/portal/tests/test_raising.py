"""Raising from the portal: answers first, then the right desk, then the form that desk needs."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.cases.tests.test_references import load_list, mpans
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def filled(people: Cast, **changes: Any) -> dict[str, Any]:
    """A whole form for a DIP message failure, every piece of evidence given."""
    return {
        "query_type": "dip-message-failure",
        "desk": str(people.elexon_desk.pk),
        "summary": "No IF-036 for 124 sites",
        "impact": "Appointments cannot be confirmed.",
        "suspected_cause": "The overnight load.",
        "investigated": "Our gateway is healthy; we get REG0000.",
        "started_at": "2026-11-24T06:30",
        "transactions": "T-0001\nT-0002",
        "said-dip-portal-status": "RejectedByRecipient",
        **changes,
    }


def raised(client: Client, words: dict[str, Any]) -> Case:
    answer = client.post("/raise/", words)
    assert answer.status_code == 302, answer.content.decode()
    with verbs():
        return Case.objects.get(reference=answer["Location"].split("/")[2])


def entries(case: Case) -> list[str]:
    with verbs():
        return list(Entry.objects.filter(thread=case.pk).order_by("seq").values_list("kind", flat=True))


def test_the_words_one_types_find_the_code_and_the_desk() -> None:
    people = cast()
    answer = at_browser(people.priya).post(
        "/raise/ask/", {"ask": "DIP message failed, REG0000"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert "<html" not in page
    assert "REG0000" in page
    assert "DIP message failure" in page


def test_nothing_is_asked_before_something_was_chosen() -> None:
    people = cast()
    page = at_browser(people.priya).get("/raise/").content.decode()
    assert "What has gone wrong" in page
    assert "What we need to pass on" not in page


def test_the_form_asks_for_what_its_query_needs() -> None:
    people = cast()
    client = at_browser(people.priya)
    dip = client.get("/raise/?query_type=dip-message-failure").content.decode()
    integration = client.get("/raise/?query_type=dip-technical-integration").content.decode()
    assert "DIP Portal message status in words" in dip
    assert "Certificate details in words" not in dip
    assert "Certificate details in words" in integration


def test_the_gate_names_the_desk_and_the_rule() -> None:
    people = cast()
    page = at_browser(people.priya).get("/raise/?query_type=dip-message-failure").content.decode()
    assert "This belongs to the Elexon Service Desk" in page
    assert "CPSD Approach v0.7, section 5, row 1" in page


def test_an_mpan_decides_whose_help_desk_it_is() -> None:
    people = cast()
    words = {"query_type": "incorrect-mpan-status", "mpans": mpans(1, "16")[0]}
    answer = at_browser(people.priya).post("/raise/gate/", words, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "Pennine Grid help desk" in page
    assert 'hx-swap-oob="true"' in page


def test_a_procedure_of_its_own_is_told_and_has_no_form() -> None:
    people = cast()
    page = at_browser(people.priya).get("/raise/?query_type=change").content.decode()
    assert "keeps its own procedure" in page
    assert "Raise the case" not in page


def test_a_case_is_raised_with_everything_it_came_with() -> None:
    people = cast()
    files = {
        "list": SimpleUploadedFile("load-list.csv", load_list()),
        "file-dip-portal-status": SimpleUploadedFile("portal.png", PNG),
    }
    case = raised(at_browser(people.priya), filled(people, **files))
    assert entries(case)[0] == "case.raised"
    assert entries(case).count("case.references") == 3
    with verbs():
        listed = ReferenceSet.objects.get(case=case, kind="mpan")
        assert (listed.lines, listed.repeated, listed.bad) == (137, 8, 5)
        assert ReferenceSet.objects.get(case=case, kind="error-code").distinct == 1
        assert Evidence.objects.get(case=case).key == "dip-portal-status"
    assert (case.owner_id, case.system, len(case.edition)) == (people.elexon_desk.pk, "dip", 64)


def test_missing_evidence_is_asked_once_and_then_counted() -> None:
    people = cast()
    client = at_browser(people.priya)
    words = filled(people, transactions="")
    refused = client.post("/raise/", words)
    assert refused.status_code == 422
    assert "also asks for: References, DIP transaction id" in refused.content.decode()
    case = raised(client, {**words, "without_because": "The portal is not available to us."})
    with verbs():
        assert Entry.objects.get(thread=case.pk, kind="case.raised").facts["missing"] == [
            "references",
            "transaction-id",
        ]


def test_another_desk_is_taken_only_with_a_reason() -> None:
    people = cast()
    client = at_browser(people.priya)
    words = filled(people, desk="", other=str(people.pennine_help.pk))
    assert "Say why Pennine Grid help desk" in client.post("/raise/", words).content.decode()
    case = raised(client, {**words, "override_because": "They asked for it.", "without_because": "Not to hand."})
    assert case.owner_id == people.pennine_help.pk


def test_a_desk_that_faces_inward_cannot_be_chosen() -> None:
    people = cast()
    words = filled(people, desk=str(people.pennine_service.pk))
    page = at_browser(people.priya).post("/raise/", {**words, "other": str(people.pennine_service.pk)})
    assert page.status_code == 422


@pytest.mark.parametrize(("name", "content"), [("tool.exe", b"MZ" + bytes(200)), ("portal.png", b"MZ" + bytes(200))])
def test_a_refused_file_keeps_the_words_and_raises_nothing(name: str, content: bytes) -> None:
    people = cast()
    words = filled(people, **{"file-": SimpleUploadedFile(name, content)})
    answer = at_browser(people.priya).post("/raise/", words)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "program" in page
    assert "No IF-036 for 124 sites" in page
    with verbs():
        assert not Case.objects.exists()


def test_a_browser_with_scripts_keeps_its_files_and_gets_the_sentence() -> None:
    people = cast()
    client = at_browser(people.priya)
    upload = {"X-Upload": "1"}
    refused = client.post("/raise/", filled(people, summary=""), headers=upload)
    assert refused.json() == {"sentence": "Say in one line what has gone wrong."}
    wrong = {"file-": SimpleUploadedFile("tool.exe", b"MZ" + bytes(200))}
    assert "is a program" in told(client.post("/raise/", filled(people, **wrong), headers=upload))[-1]["sentence"]
    with verbs():
        assert not Case.objects.exists()
    steps = told(client.post("/raise/", filled(people), headers=upload))
    assert steps[0] == {"keeping": 3}
    assert steps[-1]["next"].startswith("/cases/CP-")


def told(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_a_long_list_says_how_far_it_has_come() -> None:
    people = cast()
    content = "\n".join(mpans(120_000)).encode()
    words = filled(people, list=SimpleUploadedFile("long.csv", content))
    steps = told(at_browser(people.priya).post("/raise/", words, headers={"X-Upload": "1"}))
    come = [step["lines"] for step in steps if "lines" in step]
    assert len(come) >= 2
    assert come == sorted(come)
    assert "next" in steps[-1]


def test_a_paste_over_5_mb_is_told_in_a_sentence() -> None:
    people = cast()
    client = at_browser(people.priya)
    words = filled(people, mpans="1" * (6 * 2**20))
    page = client.post("/raise/", words)
    assert page.status_code == 413
    assert "your words are still in the form" in page.content.decode()
    assert "CSV file" in client.post("/raise/", words, headers={"X-Upload": "1"}).json()["sentence"]


def test_a_copied_message_journal_is_taken_apart() -> None:
    people = cast()
    rows = [
        f"2026-11-24T06:30:0{n}+00:00\tIF-036\tT-IF-036-000{n}\tS-IF-036-{n}\t{number}\tREG0000"
        for n, number in enumerate(mpans(3))
    ]
    words = filled(people, transactions="\n".join(["When\tInterface\tTransaction\tSender\tMPAN\tCode", *rows]))
    client = at_browser(people.priya)
    page = client.post("/raise/gate/", words, headers={"HX-Request": "true"}).content.decode()
    assert "A message journal was recognised" in page
    case = raised(client, words)
    with verbs():
        counted = dict(ReferenceSet.objects.filter(case=case).values_list("kind", "distinct"))
    assert counted == {"transaction": 3, "sender-reference": 3, "mpan": 3, "timestamp": 3, "error-code": 1}


def test_a_part_that_asks_again_knows_the_names_of_the_chosen_files() -> None:
    people = cast()
    words = filled(people, transactions="", list="load-list.csv", **{"said-dip-portal-status": ""})
    words |= {"file-dip-portal-status": "portal.png"}
    page = at_browser(people.priya).post("/raise/gate/", words, headers={"HX-Request": "true"}).content.decode()
    assert "the list you chose" in page
    assert "a file" in page


def test_pasted_mpans_are_counted_while_one_writes() -> None:
    people = cast()
    words = {"query_type": "incorrect-mpan-status", "mpans": load_list().decode()}
    page = at_browser(people.priya).post("/raise/gate/", words, headers={"HX-Request": "true"}).content.decode()
    assert "137 lines, <b>124 valid and distinct</b>, 8 repeated, 5 bad. Line 133 should end in" in page
    assert "crosses the cross-party threshold" in page


def test_a_file_over_25_mb_is_refused_with_what_to_do() -> None:
    people = cast()
    big = SimpleUploadedFile("log.txt", io.BytesIO(b"a line of a log\n" * (26 * 2**16)).getvalue())
    page = at_browser(people.priya).post("/raise/", filled(people, **{"file-": big})).content.decode()
    assert "larger than 25 MB" in page


def test_hostile_words_come_back_as_words() -> None:
    people = cast()
    client = at_browser(people.priya)
    words = filled(
        people,
        summary=HOSTILE,
        ask=HOSTILE,
        impact=HOSTILE,
        mpans=f"{mpans(1)[0]}\n{HOSTILE}",
        transactions="",
        override_because=HOSTILE,
    )
    page = client.post("/raise/", words).content.decode()
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    raised(client, {**words, "without_because": HOSTILE})
    assert HOSTILE not in client.get("/cases/").content.decode()


def test_raising_takes_a_bounded_number_of_queries(django_assert_max_num_queries: Any) -> None:
    people = cast()
    client = at_browser(people.priya)
    with django_assert_max_num_queries(24):
        client.get("/raise/?query_type=dip-message-failure")
    with django_assert_max_num_queries(106):
        raised(client, filled(people))
