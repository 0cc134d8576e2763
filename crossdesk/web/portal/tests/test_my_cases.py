"""My cases, downloads, signing in, and for whom one acts."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crossdesk.access import Role
from crossdesk.cases import evidence, references
from crossdesk.cases.tests.cast import NOON, PASSWORD, cast
from crossdesk.cases.tests.test_references import load_list, mpans
from crossdesk.kit.time import now
from crossdesk.parties.founding import join
from crossdesk.parties.models import Membership
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs
from crossdesk.web.portal.my_cases import PAGE
from crossdesk.web.portal.tests import signed_in
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
OWN_PAGES = (
    "logout/",
    "password/change/",
    "reauthenticate/",
    "email/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "2fa/recovery-codes/generate/",
)


def test_a_party_sees_its_own_cases_and_nobody_elses() -> None:
    people = cast()
    case = people.case("IF-036 missing <b>today</b>")
    mine = at_browser(people.priya).get("/cases/").content.decode()
    theirs = at_browser(people.hal).get("/cases/").content.decode()
    assert case.reference in mine
    assert "&lt;b&gt;today" in mine
    assert case.reference not in theirs
    assert "No cases here" in theirs


def test_pages_follow_one_another_without_a_gap(django_assert_max_num_queries: Any) -> None:
    people = cast()
    every = {people.case(f"case {number}").reference for number in range(PAGE + 5)}
    client = at_browser(people.priya)
    with django_assert_max_num_queries(16):
        first = client.get("/cases/").content.decode()
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further is not None
    second = client.get("/cases/" + html.unescape(further[1])).content.decode()
    assert {reference for reference in every if (reference in first) != (reference in second)} == every


def test_a_reference_is_found_however_it_is_written() -> None:
    people = cast()
    case = people.case()
    client = at_browser(people.priya)
    found = client.get("/cases/", {"reference": case.reference.lower().replace("-", " ")})
    assert found["Location"] == f"/cases/{case.reference}/"
    assert "not a whole reference" in client.get("/cases/", {"reference": "CP-1"}).content.decode()
    other = at_browser(people.hal).get("/cases/", {"reference": case.reference})
    assert "None of your cases is" in other.content.decode()


def test_evidence_comes_as_an_attachment_and_never_runs() -> None:
    people = cast()
    kept = evidence.add(people.case(), "gateway.log", [b"a line"], by=people.priya, at=NOON)
    answer = at_browser(people.nia).get(f"/evidence/{kept.pk}/")
    assert b"".join(answer.streaming_content) == b"a line"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="gateway.log"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert at_browser(people.hal).get(f"/evidence/{kept.pk}/").status_code == 404


def test_bad_lines_are_listed_and_the_list_is_handed_over_with_an_entry() -> None:
    people = cast()
    case = people.case()
    listed = references.add_list(case, [load_list()], "mpan", by=people.priya, at=NOON, source="load.csv")
    client = at_browser(people.priya)
    page = client.get(f"/references/{listed.pk}/").content.decode()
    assert "124 valid and distinct" in page
    assert "should end in" in page
    answer = client.post(f"/references/{listed.pk}/members/")
    assert b"".join(answer.streaming_content).count(b"\n") == 124  # type: ignore[attr-defined]
    with verbs():
        assert Entry.objects.filter(thread=case.pk, kind="case.references_read").count() == 1
    assert at_browser(people.hal).get(f"/references/{listed.pk}/").status_code == 404


def test_bad_lines_are_handed_over_so_that_no_spreadsheet_runs_them() -> None:
    people = cast()
    content = [*mpans(1), "=HYPERLINK(1)", "@SUM(1)", "-1", "+2", 'a "quoted, cell"']
    case = people.case()
    listed = references.add_list(case, ["\n".join(content).encode()], "mpan", by=people.priya, at=NOON)
    answer = at_browser(people.priya).get(f"/references/{listed.pk}/bad-lines.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[1].strip('"')[:2] for line in lines[1:5]] == ["'=", "'@", "'-", "'+"]
    assert at_browser(people.hal).get(f"/references/{listed.pk}/bad-lines.csv").status_code == 404


def test_desk_people_begin_at_the_queue_and_others_at_their_cases() -> None:
    people = cast()
    assert at_browser(people.nia).get("/")["Location"] == "/queue/"
    assert at_browser(people.priya).get("/")["Location"] == "/cases/"


def test_a_membership_that_ended_a_second_ago_shows_nothing() -> None:
    people = cast()
    case = people.case()
    client = at_browser(people.priya)
    with verbs():
        Membership.objects.filter(person=people.priya.person).update(until=now() - timedelta(seconds=1))
    answer = client.get("/cases/")
    assert answer.status_code == 403
    assert "You act for no organisation now" in answer.content.decode()
    assert case.reference not in answer.content.decode()


def test_one_chooses_for_whom_one_acts() -> None:
    people = cast()
    with verbs():
        join(signed_in.person(people.priya), people.harrier, Role.SERVICE_USER, since=NOON - timedelta(30))
    client = at_browser(people.priya)
    client.post("/acting/", {"party": str(people.sycamore.pk)})
    assert "for <b>Sycamore Energy</b>" in client.get("/cases/").content.decode()
    client.post("/acting/", {"party": str(people.harrier.pk)})
    assert "for <b>Harrier Energy</b>" in client.get("/cases/").content.decode()
    refused = client.post("/acting/", {"party": str(people.pennine.pk)})
    assert refused.status_code == 403
    assert "You do not act for that organisation" in refused.content.decode()


def test_single_keys_are_switched_off_for_the_person() -> None:
    client = at_browser(cast().priya)
    client.post("/keys/", {"keys": "off"})
    assert 'data-keys="off"' in client.get("/cases/").content.decode()
    client.post("/keys/", {"keys": "on"})
    assert 'data-keys="on"' in client.get("/cases/").content.decode()


def test_the_look_is_kept_in_this_browser() -> None:
    people = cast()
    client = at_browser(people.priya)
    client.post("/theme/", {"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/cases/").content.decode()
    client.post("/theme/", {"theme": ""})
    assert "data-bs-theme" not in client.get("/cases/").content.decode()


def test_what_is_not_there_is_told_in_our_own_words() -> None:
    people = cast()
    answer = at_browser(people.priya).get("/evidence/999/")
    assert answer.status_code == 404
    assert "nothing that you may see" in answer.content.decode()


def test_signing_in_and_out() -> None:
    people = cast()
    person = signed_in.person(people.priya)
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    assert client.get("/cases/")["Location"] == "/account/login/?next=/cases/"
    wrong = client.post("/account/login/", {"login": person.email, "password": "not this one"})
    assert "That did not work" in wrong.content.decode()
    right = client.post("/account/login/", {"login": person.email, "password": PASSWORD, "next": "/cases/"})
    assert right["Location"] == "/cases/"
    client.post("/account/logout/")
    assert client.get("/cases/").status_code == 302


@pytest.mark.parametrize("address", ["login/", "signup/", "password/reset/", "password/reset/done/"])
def test_pages_for_everybody_open(address: str) -> None:
    assert Client().get(f"/account/{address}").status_code == 200


def test_pages_of_ones_own_account_open() -> None:
    people = cast()
    person = signed_in.person(people.priya)
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    for address in OWN_PAGES:
        answer = client.get(f"/account/{address}", follow=True)
        assert (address, answer.status_code) == (address, 200)
        assert "<h1>" in answer.content.decode()
