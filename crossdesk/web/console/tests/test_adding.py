"""Proof added to a case from its page: lists and files, told step by step while a long one is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.tests.cast import Cast
from crossdesk.cases.tests.test_references import mpans
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.portal.tests.test_raising import told

Browser = Callable[[Viewer], Client]
ROWS = "\n".join(
    f"2026-11-24T06:30:0{n}+00:00\tIF-036\tT-IF-036-000{n}\tS-IF-036-{n}\t{number}\tREG0000"
    for n, number in enumerate(mpans(3))
)


@pytest.mark.parametrize("headers", [{}, {"X-Upload": "1"}])
def test_a_message_journal_pasted_on_a_case_is_taken_apart(
    here: Cast, browser: Browser, headers: dict[str, str]
) -> None:
    case, client = here.case(), browser(here.priya)
    given = {"kind": "transaction", "text": ROWS, "audience": "raiser"}
    answer = client.post(f"/cases/{case.reference}/references", given, headers=headers)
    if headers:
        steps = told(answer)
        assert steps[-1]["next"] == f"/cases/{case.reference}/"
    else:
        assert answer.status_code == 302
    with verbs():
        kept = dict(ReferenceSet.objects.filter(case=case).values_list("kind", "distinct"))
    assert kept == {"mpan": 3, "transaction": 3, "sender-reference": 3, "error-code": 1, "timestamp": 3}


def test_a_long_list_on_a_case_says_how_far_it_has_come_and_is_kept_once(here: Cast, browser: Browser) -> None:
    case, client = here.case(), browser(here.priya)
    address = f"/cases/{case.reference}/references"
    page = client.get(address).content.decode()
    assert "data-upload-progress" in page
    content = SimpleUploadedFile("long.csv", "\n".join(mpans(120_000)).encode())
    given = {
        "kind": "mpan",
        "file": content,
        "audience": "raiser",
        "once": re.findall('name="once" value="([^"]+)"', page)[-1],
    }
    steps = told(client.post(address, given, headers={"X-Upload": "1"}))
    assert len([step for step in steps if "lines" in step]) >= 2
    content.seek(0)
    assert told(client.post(address, given, headers={"X-Upload": "1"}))[-1] == steps[-1]
    with verbs():
        assert [each.distinct for each in ReferenceSet.objects.filter(case=case)] == [120_000]


def test_a_refused_upload_keeps_the_form_and_says_why(here: Cast, browser: Browser) -> None:
    case, client = here.case(), browser(here.priya)
    upload = {"X-Upload": "1"}
    both = {"kind": "mpan", "text": "", "audience": "raiser"}
    refused = client.post(f"/cases/{case.reference}/references", both, headers=upload)
    assert refused.json() == {"sentence": "Give the list either as text or as a file."}
    program = {"file": SimpleUploadedFile("tool.exe", b"MZ" + bytes(200)), "audience": "raiser"}
    assert (
        "is a program"
        in told(client.post(f"/cases/{case.reference}/evidence", program, headers=upload))[-1]["sentence"]
    )
    assert browser(here.hal).post(f"/cases/{case.reference}/references", both, headers=upload).status_code == 404
