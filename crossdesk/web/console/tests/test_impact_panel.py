"""What the impact panel tells the owning desk, each party, and nobody else; and what its buttons do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.impact import register
from crossdesk.impact.crossing import look_again
from crossdesk.impact.models import Affected, Answer, Crossing
from crossdesk.impact.tests.test_register import given, harriers, of_row_one
from crossdesk.majors.questions import over_case
from crossdesk.threads.viewer import Viewer, verbs, viewing

Browser = Callable[[Viewer], Client]
ASK = Engagement("Confirm which MPANs are affected.", "It runs in your registration service.")


@pytest.fixture
def case(here: Cast) -> Case:
    raised = of_row_one(here)
    triage.own(raised, by=here.nia, at=NOON)
    return raised


def panel(client: Client, case: Case) -> str:
    response = client.get(f"/cases/{case.reference}/?part=impact")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def post(client: Client, case: Case, path: str, **given: object) -> int:
    return client.post(f"/cases/{case.reference}/{path}", given).status_code


def test_the_owning_desk_reads_whose_share_it_is_and_who_tipped_it(here: Cast, case: Case, browser: Browser) -> None:
    given(case, range(60), here.priya)
    child = harriers(here, case)
    look_again(case.pk, NOON)
    given(child, range(50, 101), here.hal)
    look_again(child.pk, NOON)
    told = panel(browser(here.nia), case)
    for words in ("Sycamore Energy", "Harrier Energy", ">101<", ">60<", ">51<", "Row 1 tripped first"):
        assert words in told
    assert f'Tipped by Harrier Energy on <a class="mono" href="/cases/{child.reference}/">' in told
    assert re.search("Crossed [^<]*12:00, first", told)
    assert "400 to go" in told  # of more than 500


def test_a_party_reads_its_own_share_and_the_total_and_no_competitor(here: Cast, case: Case, browser: Browser) -> None:
    given(case, range(60), here.priya)
    child = harriers(here, case)
    given(child, range(50, 101), here.hal)
    look_again(child.pk, NOON)
    told = panel(browser(here.hal), child)
    assert ">101<" in told
    assert ">51<" in told
    assert "Sycamore" not in told
    assert case.reference not in told
    assert "Row 1" not in told  # thresholds are the owning desk's
    assert "16000000" not in told + panel(browser(here.nia), case)  # no identifier stands here


def test_nothing_is_told_before_anything_is_given(here: Cast, case: Case, browser: Browser) -> None:
    assert "Nothing is said to be affected" in panel(browser(here.priya), case)
    assert "0 MPANs; 101 to go" in panel(browser(here.nia), case)


def test_an_engaged_party_confirms_what_is_claimed_of_it(here: Cast, case: Case, browser: Browser) -> None:
    register.claim_party(case, here.pennine, by=here.nia, at=NOON)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    gwen = browser(here.gwen)
    assert "Pennine Grid has not said yet" in panel(gwen, case)
    with viewing(here.gwen):
        (line,) = Affected.objects.all()
    assert post(gwen, case, "impact-confirmation", affected=line.pk, why="") == 302
    assert "Confirmed" in panel(browser(here.nia), case)


def test_a_party_denies_with_its_reason_and_takes_its_word_back(here: Cast, case: Case, browser: Browser) -> None:
    priya = browser(here.priya)
    assert post(priya, case, "impact-party", party=here.sycamore.pk, meters="12", why="Ours failed.") == 302
    with viewing(here.priya):
        (line,) = Affected.objects.all()
    assert (line.says, line.meters) == ("confirmed", 12)
    assert post(priya, case, "impact-denial", affected=line.pk, why="") == 422
    assert post(priya, case, "impact-denial", affected=line.pk, why="All answered again.") == 302
    assert post(browser(here.nia), case, "impact-retraction", affected=line.pk, why="") == 403
    assert post(priya, case, "impact-retraction", affected=line.pk, why="") == 302
    with verbs():
        assert not Affected.objects.exists()


def test_nobody_sees_or_touches_what_is_claimed_of_another(here: Cast, case: Case, browser: Browser) -> None:
    line = register.claim_party(case, here.harrier, by=here.nia, at=NOON, why="They rang.")
    priya = browser(here.priya)
    assert "Harrier" not in panel(priya, case)
    assert post(priya, case, "impact-confirmation", affected=line.pk, why="") == 422
    assert post(priya, case, "impact-party", party=here.harrier.pk, why="") == 422
    assert post(browser(here.hal), case, "impact-denial", affected=line.pk, why="Not us") == 404
    with verbs():
        line.refresh_from_db()
        assert line.says == "claimed"


def test_the_desk_writes_down_a_partys_word_only_with_who_gave_it(here: Cast, case: Case, browser: Browser) -> None:
    line = register.claim_party(case, here.harrier, by=here.nia, at=NOON)
    nia = browser(here.nia)
    assert post(nia, case, "impact-confirmation", affected=line.pk, why="") == 422
    assert post(nia, case, "impact-confirmation", affected=line.pk, why="Hal Reed, by telephone") == 302
    assert post(nia, case, "impact-party", party=here.harrier.pk, why="") == 422  # its word stands


def test_triage_answers_what_no_count_decides_and_a_candidate_is_proposed(
    here: Cast, case: Case, browser: Browser
) -> None:
    nia = browser(here.nia)
    assert post(nia, case, "impact-row", scenario="core-system-failure") == 302
    assert "1 question for triage" in panel(nia, case)
    assert post(nia, case, "impact-answer", phrase="row-12-major", holds="yes", why="") == 422
    assert post(nia, case, "impact-answer", phrase="row-12-major", holds="yes", why="Nobody can send.") == 302
    look_again(case.pk, NOON)
    told = panel(nia, case)
    assert "Yes: Nobody can send." in told
    with viewing(here.nia):
        incident = over_case(case)
    assert incident is not None
    assert incident.state == "candidate"
    assert incident.reference in nia.get(f"/cases/{case.reference}/?part=major").content.decode()


def test_only_triage_at_the_owning_desk_answers(here: Cast, case: Case, browser: Browser) -> None:
    assert post(browser(here.priya), case, "impact-answer", phrase="row-12-major", holds="yes", why="So") == 403
    assert post(browser(here.priya), case, "impact-row", scenario="core-system-failure") == 403
    with verbs():
        assert not Answer.objects.exists()


def test_a_crossed_threshold_proposes_desks_and_one_click_prepares_the_engagement(
    here: Cast, case: Case, browser: Browser
) -> None:
    given(case, range(101), here.priya)  # all in area 16, which is Pennine Grid's
    look_again(case.pk, NOON)
    nia, there = browser(here.nia), f"/cases/{case.reference}/engagement?to={here.pennine_help.pk}&amp;proposed=yes"
    told = panel(nia, case)
    assert re.search("Cross-party handling is open since [^<]*12:00", told)
    assert "101 of the MPANs given, repeats counted, lie in its area, 16" in told
    assert there in told
    prepared = nia.get(there.replace("&amp;", "&")).content.decode()
    assert "The cross-party threshold was crossed: 101 of the MPANs" in prepared
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    assert there not in panel(nia, case)


def test_below_the_threshold_no_desk_is_proposed(here: Cast, case: Case, browser: Browser) -> None:
    given(case, range(100), here.priya)
    look_again(case.pk, NOON)
    assert "Cross-party handling" not in panel(browser(here.nia), case)
    with verbs():
        assert not Crossing.objects.exists()
