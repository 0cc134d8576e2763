import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from crossdesk.cases import assigning, evidence, leg_work, references, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.cases.triage import Judged
from crossdesk.desks.founding import open_group
from crossdesk.editions.applying import look_now
from crossdesk.threads.viewer import Viewer, verbs, viewing

ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your registration service.")
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
Browser = Callable[[Viewer], Client]


def page(client: Client, case: Case, query: str = "") -> str:
    response = client.get(f"/cases/{case.reference}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def shared(here: Cast, summary: str = "IF-036 confirmations missing", words: str = "") -> Case:
    case = here.case(summary)
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    writing.write(case, to="internal", words=words or "Elexon thinks aloud", by=here.nia, at=NOON)
    writing.write(case, to="raiser", words=words or "Only to Sycamore", by=here.nia, at=NOON)
    writing.write(case, to="everyone", words=words or "To all of you", by=here.nia, at=NOON)
    leg_work.acknowledge(leg, by=here.gwen, at=NOON, their_reference="INC0048213")
    leg_work.update(leg, by=here.gwen, at=NOON, words=words or "The job stopped at record 48,112")
    return case


@pytest.mark.parametrize(
    ("name", "reads", "does_not_read"),
    [
        ("nia", ["Elexon thinks aloud", "Only to Sycamore", "To all of you", "record 48,112"], []),
        ("tom", ["Elexon thinks aloud", "Only to Sycamore", "To all of you", "record 48,112"], []),
        ("priya", ["Only to Sycamore", "To all of you"], ["Elexon thinks aloud", "record 48,112", "INC0048213"]),
        ("gwen", ["To all of you", "record 48,112", "INC0048213"], ["Elexon thinks aloud", "Only to Sycamore"]),
    ],
)
def test_each_reader_reads_exactly_their_entries(
    here: Cast, browser: Browser, name: str, reads: list[str], does_not_read: list[str]
) -> None:
    case = shared(here)
    text = page(browser(getattr(here, name)), case)
    assert [words for words in reads if words not in text] == []
    assert [words for words in does_not_read if words in text] == []


def test_a_competitor_is_told_the_same_as_of_a_case_that_is_not_there(here: Cast, browser: Browser) -> None:
    case, client = shared(here), browser(here.hal)
    there, nowhere = client.get(f"/cases/{case.reference}/"), client.get("/cases/CP-2222-2222/")
    assert there.status_code == nowhere.status_code == 404
    # Beside the reference only the forms' own tokens and the page's moment differ.
    asked = re.compile(
        rf"{case.reference}|CP-2222-2222|\b[A-Za-z0-9]{{64}}\b|name=\"once\" value=\"[^\"]+\"|live-since=\"[\d.]+\""
    )
    assert asked.sub("", there.content.decode()) == asked.sub("", nowhere.content.decode())
    for path in ("words", "engagement", "taking", "legs/1/start"):
        assert client.post(f"/cases/{case.reference}/{path}", {"words": "x"}).status_code == 404


def test_hostile_words_are_shown_as_words(here: Cast, browser: Browser) -> None:
    case = shared(here, summary=HOSTILE[:150], words=HOSTILE)
    for viewer in (here.nia, here.priya, here.gwen):
        client = browser(viewer)
        addresses = [f"/cases/{case.reference}/"]
        if viewer is not here.priya:
            addresses += ["/queue/", f"/cases/{case.reference}/words"]
        if viewer is here.nia:
            addresses.append(f"/cases/{case.reference}/engagement?to={here.pennine_service.pk}")
        for address in addresses:
            text = client.get(address).content.decode()
            assert "&lt;script&gt;" in text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "{{ 7*7 }}" in text or "49" not in text


def test_every_field_somebody_can_fill_is_shown_as_words(here: Cast, browser: Browser) -> None:
    case = here.case(HOSTILE[:150])
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON, note=HOSTILE)
    triage.prioritise(case, Judged(2, HOSTILE, HOSTILE, HOSTILE), by=here.nia, at=NOON)
    triage.link(case, parent=here.case(HOSTILE[:150]), by=here.nia, at=NOON, why=HOSTILE)
    writing.ask_raiser(case, words=HOSTILE, due_at=NOON.replace(hour=15), by=here.nia, at=NOON)
    leg = engage(case, here.pennine_help, Engagement(HOSTILE, HOSTILE), by=here.nia, at=NOON)
    leg_work.acknowledge(leg, by=here.gwen, at=NOON, their_reference=HOSTILE[:60], words=HOSTILE)
    leg_work.decline(leg, by=here.gwen, at=NOON, why=HOSTILE, to_words=HOSTILE)
    with verbs():
        group = open_group(here.elexon_desk, HOSTILE[:80])
    assigning.assign(case, group=group, by=replace(here.nia, name=HOSTILE), at=NOON, note=HOSTILE)
    references.add_list(case, [b"T-1\n", HOSTILE.encode()], "transaction", by=here.nia, at=NOON, source=HOSTILE)
    evidence.add(case, f"{HOSTILE}.log", [b"a line"], by=here.nia, at=NOON)
    for viewer in (here.nia, here.gwen, here.priya):
        client = browser(viewer)
        for path in ("", "words", "engagement?to=3", "assignment", "link", "redirection", "evidence"):
            text = client.get(f"/cases/{case.reference}/{path}").content.decode()
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "\"'><" not in text


def test_a_page_costs_the_same_with_more_on_it(
    here: Cast, browser: Browser, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    case, client = shared(here), browser(here.nia)
    page(client, case)
    with django_assert_max_num_queries(44) as counted:
        page(client, case)
    spent = len(counted)
    for number in range(12):
        writing.write(case, to="everyone", words=f"More {number}", by=here.nia, at=NOON)
    engage(case, here.pennine_service, ASK, by=here.nia, at=NOON)
    look_now()  # the look at the rules in force falls due every half minute: not during what is counted
    with django_assert_max_num_queries(spent):
        page(client, case)


@pytest.mark.parametrize("part", ["head", "lanes", "timeline", "aside"])
def test_each_part_refreshes_alone_and_shows_no_more(here: Cast, browser: Browser, part: str) -> None:
    case = shared(here)
    text = page(browser(here.priya), case, f"?part={part}")
    assert "<html" not in text
    assert f'id="{part}"' in text
    assert "Elexon thinks aloud" not in text


def test_who_can_see_it_names_no_other_desk_to_an_engaged_one(here: Cast, browser: Browser) -> None:
    case = shared(here)
    engage(case, here.pennine_service, ASK, by=here.nia, at=NOON)
    assert "Pennine Grid service desk" in page(browser(here.nia), case)
    assert "Pennine Grid service desk" in page(browser(here.priya), case)
    assert "Pennine Grid service desk" not in page(browser(here.gwen), case)


def test_what_one_may_not_do_stays_with_its_sentence(here: Cast, browser: Browser) -> None:
    text = page(browser(here.nia), shared(here))
    assert "until every engaged desk has answered: waiting for Pennine Grid help desk" in text
    assert "Only Elexon Service Desk, which owns" in page(browser(here.priya), here.case())


def test_the_writing_place_names_its_readers(here: Cast, browser: Browser) -> None:
    case = shared(here)
    owner, raiser, engaged = (page(browser(v), case) for v in (here.nia, here.priya, here.gwen))
    assert [f'value="{v}"' in owner for v in ("internal", "raiser", "everyone")] == [True] * 3
    assert [f'value="{v}"' in raiser for v in ("internal", "raiser", "everyone")] == [False, True, False]
    assert [f'value="{v}"' in engaged for v in ("internal", "raiser", "everyone")] == [True, False, False]
    assert "Not Sycamore Energy." in owner


def test_an_offer_is_accepted_on_the_page(here: Cast, browser: Browser) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    assigning.assign(case, group=here.dip_team, by=here.nia, at=NOON)
    refused = "Only somebody in DIP operations can accept or refuse this offer."
    assert refused in page(browser(here.nia), case)
    assert refused not in page(browser(here.tom), case)
    assert browser(here.nia).post(f"/cases/{case.reference}/acceptance").status_code == 403
    assert browser(here.tom).post(f"/cases/{case.reference}/acceptance").status_code == 302
    with viewing(here.tom):
        assert Case.objects.get(pk=case.pk).assignments.get().accepted_name == "Tom Okafor"
