"""Carrying on, joint triage and legs of legs, as their pages show them to each reader."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crossdesk.cases import triage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.cases.tests.test_journeys import in_joint_triage, redirected
from crossdesk.cases.tests.test_onward import moss
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def owned(here: Cast) -> Case:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def test_one_click_on_the_case_page_carries_a_case_on(here: Cast, browser: Browser) -> None:
    case, priya = redirected(here, here.pennine_help), browser(here.priya)
    address = f"/cases/{case.reference}/"
    text = page(priya, address)
    assert "Carry it on to Pennine Grid help desk" in text
    assert "Carry it on to" not in page(browser(here.nia), address)
    token = re.search(r'onward" class="d-inline">.*?name="once" value="([^"]+)"', text, re.DOTALL)
    assert token
    first, again = (priya.post(f"{address}onward", {"once": token[1]}) for _ in range(2))
    assert first["Location"] == again["Location"]
    onward = page(priya, first["Location"])
    assert "Carried it on from Elexon Service Desk" in onward
    assert case.reference in onward
    with verbs():
        assert Case.objects.filter(journey=case.journey).count() == 2
    assert "It was carried on as" in page(priya, f"{address}onward")
    assert browser(here.hal).get(f"{address}onward").status_code == 404
    assert browser(here.nia).post(f"{address}onward").status_code == 422
    assert case.reference not in page(browser(here.gwen), "/queue/")


def test_a_pack_for_a_desk_elsewhere_is_text_and_files(here: Cast, browser: Browser) -> None:
    case, priya = redirected(here, here.pennine_service), browser(here.priya)
    address = f"/cases/{case.reference}/onward"
    text = page(priya, address)
    assert "service@pennine.example" in text
    assert "Rejected by your registration." in text
    assert "Between us" not in text
    response = priya.post(f"{address}/files")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist()[:2] == ["case.txt", "evidence/1-gateway.log"]
        assert archive.read(archive.namelist()[2]).split() == [b"T-1", b"T-2"]
        assert b"ours.log" not in archive.read("case.txt")
    assert browser(here.nia).post(f"{address}/files").status_code == 403
    assert browser(here.hal).post(f"{address}/files").status_code == 404


def test_joint_triage_shows_each_side_to_the_desks_concerned_alone(here: Cast, browser: Browser) -> None:
    case, flo = in_joint_triage(here)
    address = f"/cases/{case.reference}/"
    gwen, nia = browser(here.gwen), browser(here.nia)
    given = {"stance": "ours", "words": "Eleven are ours after all <b>."}
    assert gwen.post(f"{address}joint-side", given).status_code == 302
    for viewer in (here.nia, here.gwen, flo):
        text = page(browser(viewer), f"{address}joint")
        assert "Eleven are ours after all &lt;b&gt;." in text
        assert "It is ours" in text
    assert "None of them is ours." in page(nia, f"{address}joint")
    assert "None of them is ours." not in page(browser(flo), f"{address}joint")
    assert "Eleven are ours" not in page(browser(here.priya), f"{address}joint")
    assert browser(here.priya).post(f"{address}joint-side", given).status_code == 403
    assert browser(here.hal).get(f"{address}joint").status_code == 404
    assert f"{address}joint" in page(nia, "/queue/?view=bounced")
    assert f"{address}joint" in page(gwen, "/queue/?view=bounced")
    decided = {"desk": here.pennine_help.pk, "why": "They say so themselves."}
    assert gwen.post(f"{address}joint-decision", decided).status_code == 403
    assert nia.post(f"{address}joint-decision", decided).status_code == 302
    assert "Decided: Pennine Grid help desk." in page(gwen, f"{address}joint")
    assert "belongs to Pennine Grid help desk" in page(browser(here.priya), address)


def test_an_engaged_desk_works_its_leg_and_engages_onward_on_its_pages(here: Cast, browser: Browser) -> None:
    case = owned(here)
    moss_desk, ida = moss(here)
    address = f"/cases/{case.reference}/"
    nia, gwen = browser(here.nia), browser(here.gwen)
    nia.post(f"{address}engagement", {"to": here.pennine_help.pk, "ask": "Look.", "outside_because": "Yours."})
    assert (
        gwen.post(f"{address}legs/1/priority", {"impact": "impact-one", "urgency": "urgency-soon"}).status_code == 302
    )
    preview = page(gwen, f"{address}legs/1/engagement?to={moss_desk.pk}")
    assert "New readers: everybody at Moss help desk" in preview
    assert "Elexon Service Desk does not read what is written there." in preview
    given = {"to": moss_desk.pk, "ask": "Run it again.", "outside_because": "Your platform."}
    assert gwen.post(f"{address}legs/1/engagement", given).status_code == 302
    assert nia.post(f"{address}legs/1/engagement", given | {"to": here.pennine_service.pk}).status_code == 403
    assert "Run it again." in page(browser(ida), address)
    for viewer in (here.nia, here.priya):
        assert "Run it again." not in page(browser(viewer), address)
    assert "Moss help desk" in page(nia, address)
    assert "Moss help desk" not in page(browser(here.priya), address)
    assert nia.post(f"{address}sight", {"to": "raiser"}).status_code == 302
    assert "Moss help desk" in page(browser(here.priya), address)
    assert "Look." not in page(browser(ida), address)
    assert nia.get(f"{address}legs/2/words").status_code == 404
    assert browser(ida).post(f"{address}legs/2/resolution", {"words": "It ran."}).status_code == 302
    assert gwen.post(f"{address}legs/2/confirmation", {}).status_code == 302


def test_evidence_ticked_for_an_engagement_is_there_for_the_engaged_desk(here: Cast, browser: Browser) -> None:
    case = owned(here)
    address, nia = f"/cases/{case.reference}/", browser(here.nia)
    nia.post(f"{address}evidence", {"file": SimpleUploadedFile("gate.log", b"a line"), "audience": "raiser"})
    with verbs():
        key = case.evidence.get().pk
    given = {"to": here.pennine_help.pk, "ask": "Look.", "outside_because": "Yours.", "evidence": [key]}
    nia.post(f"{address}engagement", given)
    assert "gate.log" in page(browser(here.gwen), address)


def test_a_reopened_case_shows_the_steps_of_this_round(here: Cast, browser: Browser) -> None:
    case = owned(here)
    address, nia, priya = f"/cases/{case.reference}/", browser(here.nia), browser(here.priya)
    nia.post(f"{address}resolution", {"words": "Done."})
    priya.post(f"{address}confirmation", {})
    priya.post(f"{address}reopening", {"why": "It is back."})
    steps = re.search(r'<ol class="steps".*?</ol>', page(nia, address), re.DOTALL)
    assert steps
    told = re.findall(r">([A-Z][a-z]+)<small>([^<]*)</small>", steps[0])
    assert [label for label, at in told if at] == ["Reopened", "Triage"]


@pytest.mark.parametrize("name", ["priya", "gwen", "hal"])
def test_likely_duplicates_stand_on_no_other_page_than_the_owners(here: Cast, browser: Browser, name: str) -> None:
    here.case("IF-036 confirmations missing after the nightly load")
    case = here.case()
    address = f"/cases/{case.reference}/"
    assert "May be the same" in page(browser(here.nia), address)
    response = browser(getattr(here, name)).get(address)
    assert "May be the same" not in response.content.decode()
