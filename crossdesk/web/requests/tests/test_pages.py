"""Requests over HTTP: the catalogue, the form with its checks and its draft, approvals, steps, and who finds what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from crossdesk.access import Role
from crossdesk.cases.drafts import Draft
from crossdesk.cases.tests.cast import seen_at, somebody
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.models import OutboxItem
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership
from crossdesk.requests.models import Request
from crossdesk.requests.tests.conftest import DIP_ID, Asking
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def filled(client: Client, item: str, **answers: str) -> dict[str, str]:
    """The form as the page gives it, and what was written into it."""
    page = text(client, f"/requests/new/{item}/")
    hidden = dict(re.findall(r'name="(edition|draft|once)" value="([^"]+)"', page.split('id="request-form"')[1]))
    return hidden | answers


def asked_by(it: Asking, browser: Browser) -> Request:
    priya = browser(it.here.priya)
    answer = priya.post("/requests/new/dip-id/", filled(priya, "dip-id", **DIP_ID))
    assert answer.status_code == 302
    with verbs():
        return Request.objects.select_related("case").latest("pk")


def test_the_catalogue_is_reached_searched_and_says_what_is_not_for_whom(it: Asking, browser: Browser) -> None:
    priya = browser(it.here.priya)
    assert 'href="/requests/"' in text(priya, "/cases/")
    page = text(priya, "/requests/")
    assert 'href="/requests/new/dip-id/"' in page
    assert "Nothing yet." in page
    found = text(priya, "/requests/?q=stolen+key")
    assert "Revoke a certificate" in found
    assert "A new DIP ID" not in found
    assert "Nothing in the catalogue goes by these words" in text(priya, "/requests/?q=%3Cb%3Ezebra")
    assert "holds none of these roles here" in text(browser(it.here.gwen), "/requests/")
    text(priya, "/requests/new/no-such-thing/", 404)


def test_a_wrong_form_keeps_its_answers_and_says_beside_each_what_is_wrong(it: Asking, browser: Browser) -> None:
    priya = browser(it.here.priya)
    form = filled(priya, "solr-transfer", mpid="SYCA", appointed="2026-13-01", direction=HOSTILE)
    answer = priya.post("/requests/new/solr-transfer/", form | {"from-dip-id": "23"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "it has ten characters" in page
    assert "“2026-13-01” is not a day" in page
    assert 'aria-invalid="true"' in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    old = priya.post("/requests/new/dip-id/", filled(priya, "dip-id", **DIP_ID) | {"edition": "older"})
    assert old.status_code == 409
    assert "was changed since you opened it" in old.content.decode()
    one = priya.post("/requests/new/solr-transfer/fields/from-dip-id/", form | {"from-dip-id": "23"})
    assert "it has ten characters" in one.content.decode()
    assert "is not a day" not in one.content.decode()


def test_sent_twice_it_is_asked_for_once(it: Asking, browser: Browser) -> None:
    priya = browser(it.here.priya)
    form = filled(priya, "dip-id", **DIP_ID)
    answers = [priya.post("/requests/new/dip-id/", form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0]["Location"] == answers[1]["Location"]
    with verbs():
        assert Request.objects.count() == 1


def test_what_was_begun_is_kept_and_gone_on_with(it: Asking, browser: Browser) -> None:
    priya = browser(it.here.priya)
    form = filled(priya, "information", about="Market data", question="Which file")
    kept = priya.post("/requests/new/information/draft/", form, headers={"HX-Request": "true"})
    assert "Draft kept" in kept.content.decode()
    draft = f"/requests/new/information/?draft={form['draft']}"
    assert draft in text(priya, "/cases/")
    assert "Which file" in text(priya, draft)
    text(browser(it.asha), draft, 404)
    sent = priya.post("/requests/new/information/", form)
    assert sent.status_code == 302
    with verbs():
        assert not Draft.objects.exists()


def test_an_approver_is_written_to_finds_it_and_decides(it: Asking, browser: Browser) -> None:
    request = asked_by(it, browser)
    with verbs():
        letter = OutboxItem.objects.get(kind="approval_asked")
        address = Membership.objects.select_related("person").get(person=it.asha.person).person.email
        assert (letter.to_address, letter.seats) == (address, [it.here.sycamore.seat_id])
        assert b"Waits for your word: A new DIP ID: SYCA" in write_letter(letter, now())
    asha, approval = browser(it.asha), it.approval(request, "administrator")
    here = f"/cases/{request.case.reference}/approvals/{approval.pk}/"
    assert here in text(asha, "/requests/")
    assert here in text(asha, f"/cases/{request.case.reference}/")
    assert "SYCA" in text(asha, here)
    nothing = asha.post(here, {"decision": "refuse", "words": " "})
    assert nothing.status_code == 422
    assert "Say why it is refused" in nothing.content.decode()
    assert asha.post(here, {"decision": "approve", "words": "Fine."}).status_code == 302
    again = asha.post(here, {"decision": "refuse", "words": "No, after all."})
    assert again.status_code == 409
    assert "Asha Rao was here before you" in again.content.decode()
    assert here not in text(asha, "/requests/")
    mo = browser(it.mo)
    assert it.approval(request, "manager").asked_at is not None
    assert f"/approvals/{it.approval(request, 'manager').pk}/" in text(mo, "/requests/")


def test_the_work_is_done_from_the_page_of_the_case(it: Asking, browser: Browser) -> None:
    request = asked_by(it, browser)
    at = f"/cases/{request.case.reference}/"
    for viewer, part in ((it.asha, "administrator"), (it.mo, "manager")):
        browser(viewer).post(f"{at}approvals/{it.approval(request, part).pk}/", {"decision": "approve"})
    nia, priya = browser(it.here.nia), browser(it.here.priya)
    make = f"{at}steps/{it.task(request, 'make').pk}/"
    assert make in text(nia, at)
    assert make not in text(priya, at)
    assert nia.post(make, {"move": "begin", "group": str(it.here.dip_team.pk)}).status_code == 302
    assert "with DIP operations, offered" in text(nia, at)
    with verbs():
        tom = Membership.objects.get(person=it.here.tom.person)
    assert "Whose hands it is in" in text(nia, make)
    assert nia.post(make, {"move": "give", "person": tom.pk}).status_code == 302
    assert "with Tom" in text(nia, at)
    assert "with Tom" not in text(browser(it.here.priya), at)
    with verbs():
        letter = OutboxItem.objects.get(kind="step_given")
        assert b"was given to you" in write_letter(letter, now())
    assert nia.post(make, {"move": "finish", "words": "2300000009"}).status_code == 302
    page = text(priya, at)
    assert "1 of 2 steps done" in page
    assert "2300000009" in page
    refused = nia.post(f"{at}steps/{it.task(request, 'channels').pk}/", {"move": "finish"})
    assert refused.status_code == 403
    assert "is for Sycamore Energy to do" in refused.content.decode()


def test_a_competitor_finds_nothing_and_cannot_decide(it: Asking, browser: Browser) -> None:
    request = asked_by(it, browser)
    rex = browser(somebody("Rex Hart", it.here.harrier, Role.ADMINISTRATOR))
    at = f"/cases/{request.case.reference}/"
    approval = f"{at}approvals/{it.approval(request, 'administrator').pk}/"
    for address in (at, approval, f"{at}steps/{it.task(request, 'make').pk}/"):
        assert rex.get(address).status_code == 404
    assert rex.post(approval, {"decision": "approve"}).status_code == 404
    page = text(rex, "/requests/")
    assert request.case.reference not in page
    assert "SYCA" not in page
    assert it.approval(request, "administrator").decision == ""


def test_a_named_partner_decides_and_reads_no_more_than_the_form(it: Asking, browser: Browser) -> None:
    priya = browser(it.here.priya)
    day = (now() + timedelta(days=9)).date().isoformat()
    form = filled(priya, "connection-provider", role="supplier", partner=str(it.castell.pk))
    assert priya.post("/requests/new/connection-provider/", form | {"from": day}).status_code == 302
    with verbs():
        request = Request.objects.select_related("case").latest("pk")
    at = f"/cases/{request.case.reference}/"
    browser(it.asha).post(f"{at}approvals/{it.approval(request, 'administrator').pk}/", {"decision": "approve"})
    cass = browser(seen_at(it.cass))
    page = text(cass, at)
    assert "Nominate a DIP connection provider" in page
    assert "Record the nomination" not in page
    assert cass.post(
        f"{at}approvals/{it.approval(request, 'partner-agrees').pk}/", {"decision": "approve"}
    ).status_code == 302  # fmt: skip


def test_joining_is_read_off_the_records_and_leads_to_each(it: Asking, browser: Browser) -> None:
    asha = browser(it.asha)
    form = filled(asha, "onboarding", role="supplier", contact="join@sycamore.example")
    assert asha.post("/requests/new/onboarding/", form).status_code == 302
    with verbs():
        request = Request.objects.select_related("case").latest("pk")
    at = f"/cases/{request.case.reference}/"
    browser(it.mo).post(f"{at}approvals/{it.approval(request, 'manager').pk}/", {"decision": "approve"})
    page = text(asha, at)
    assert "2 people act for Sycamore Energy." in page
    assert "Nobody is nominated yet." in page
    assert f'href="/directory/parties/{it.here.sycamore.pk}/"' in page
    assert f"/agreements/new/?with={it.here.elexon.pk}" in page
    assert "1 of 4 steps done" in page
    ticked = asha.post(f"{at}steps/{it.task(request, 'agreement').pk}/", {"move": "finish"})
    assert "Nobody ticks off" in ticked.content.decode()


def test_pages_cost_a_fixed_number_of_queries(it: Asking, browser: Browser, django_assert_max_num_queries: Any) -> None:
    request = asked_by(it, browser)
    asha = browser(it.asha)
    text(asha, "/requests/")
    for address, most in (
        ("/requests/", 22), ("/requests/new/dip-id/", 15), (f"/cases/{request.case.reference}/?part=request", 22),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            text(asha, address)


def test_it_is_said_when_nobody_is_left_who_could_approve(it: Asking, browser: Browser) -> None:
    request = asked_by(it, browser)
    priya, at = browser(it.here.priya), f"/cases/{request.case.reference}/"
    assert "can give it now" not in text(priya, at)
    with verbs():
        Membership.objects.filter(person=it.asha.person).update(until=now())
    assert "Nobody at Sycamore Energy can give it now" in text(priya, at)
