from collections.abc import Callable

import pytest
from django.test import Client

from crossdesk.cases import leg_work, references, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.threads.viewer import Viewer, viewing

MPAN = "1600000000000"
TRANSACTION = "T-IF-031-2300000911-SUP-20261122-00A1F37C10"
Browser = Callable[[Viewer], Client]


def palette(client: Client, words: str, on: str = "") -> str:
    answer = client.post("/find/", {"q": words, "on": on})
    assert answer.status_code == 200
    return answer.content.decode()


def results(client: Client, words: str) -> str:
    answer = client.post("/search/", {"q": words}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def with_list(here: Cast, kind: str = "mpan", value: str = MPAN) -> Case:
    case = here.case()
    references.add_list(case, [value.encode()], kind, by=here.priya, at=NOON)
    triage.take(case, by=here.nia, at=NOON)
    return case


def given_to_gwen(here: Cast, case: Case, *lists: int) -> None:
    ask = Engagement(ask="Which of these are yours?", outside_because="Registration is yours.", reference_sets=lists)
    engage(case, here.pennine_help, ask, by=here.nia, at=NOON)


@pytest.mark.parametrize("words", ["confirmations overnight", "confirm", "appointments"])
def test_those_on_a_case_find_it_by_words_and_a_competitor_does_not(here: Cast, browser: Browser, words: str) -> None:
    case = here.case()
    for viewer in (here.priya, here.nia):
        assert case.reference in palette(browser(viewer), words)
        assert case.reference in results(browser(viewer), words)
    for viewer in (here.hal, here.gwen):
        assert case.reference not in palette(browser(viewer), words)


def test_a_reference_is_found_however_it_was_typed(here: Cast, browser: Browser) -> None:
    case = here.case()
    typed = case.reference.lower().replace("-", " ")
    assert f"/cases/{case}/" in palette(browser(here.priya), typed)
    assert "/cases/" not in palette(browser(here.hal), typed).replace('"/cases/"', "")


@pytest.mark.parametrize(
    ("kind", "value"), [("mpan", MPAN), ("transaction", TRANSACTION), ("sender-reference", "S-IF-005-4471")]
)
def test_an_identifier_leads_to_the_case_whose_list_holds_it(
    here: Cast, browser: Browser, kind: str, value: str
) -> None:
    case = with_list(here, kind, value)
    assert case.reference in palette(browser(here.priya), value)
    assert case.reference in palette(browser(here.nia), value)
    assert "/cases/CP" not in palette(browser(here.hal), value)
    assert case.reference not in results(browser(here.hal), value)


def test_an_engaged_desk_finds_an_mpan_only_where_the_list_was_given_to_it(here: Cast, browser: Browser) -> None:
    kept, shared = with_list(here), with_list(here)
    given_to_gwen(here, kept)
    given_to_gwen(here, shared, list_of(here, shared))
    found = palette(browser(here.gwen), MPAN)
    assert shared.reference in found
    assert kept.reference not in found


def list_of(here: Cast, case: Case) -> int:
    with viewing(here.nia):
        return ReferenceSet.objects.get(case=case).pk


def test_the_other_desks_own_reference_finds_the_case(here: Cast, browser: Browser) -> None:
    case = with_list(here)
    given_to_gwen(here, case)
    with viewing(here.gwen):
        leg = Leg.objects.get(case=case)
    leg_work.acknowledge(leg, by=here.gwen, at=NOON, their_reference="PG-88123")
    assert case.reference in palette(browser(here.nia), "PG-88123")
    assert case.reference in palette(browser(here.gwen), "PG-88123")
    assert case.reference not in palette(browser(here.priya), "PG-88123")


def test_internal_words_are_found_by_their_own_desk_alone(here: Cast, browser: Browser) -> None:
    case = here.case()
    writing.write(case, to="internal", words="the gateway certificate expired", by=here.nia, at=NOON)
    assert "gateway" in results(browser(here.nia), "certificate")
    assert case.reference not in results(browser(here.priya), "certificate")


def test_what_was_searched_stands_in_no_address(here: Cast, browser: Browser) -> None:
    with_list(here)
    client = browser(here.priya)
    answer = client.post("/search/", {"q": MPAN})
    assert answer.status_code == 302
    assert MPAN not in answer["Location"]
    assert browser(here.hal).get(answer["Location"]).status_code == 404
    assert client.get("/find/").status_code == 405


def test_a_forged_post_is_refused(here: Cast, browser: Browser) -> None:
    client = browser(here.priya)
    client.handler.enforce_csrf_checks = True
    assert client.post("/find/", {"q": "anything"}).status_code == 403


def test_verbs_of_the_case_stand_with_their_reasons(here: Cast, browser: Browser) -> None:
    case = here.case()
    ours, theirs = (
        palette(browser(here.nia), "take", case.reference),
        palette(browser(here.priya), "take", case.reference),
    )
    assert f'data-href="/cases/{case}/taking"' in ours
    assert "can take it into triage" in theirs
    assert "/taking" not in theirs
    assert "taking" not in palette(browser(here.hal), "take", case.reference)


def test_a_desk_is_engaged_by_its_name(here: Cast, browser: Browser) -> None:
    case = with_list(here)
    found = palette(browser(here.nia), "engage penn help", case.reference)
    assert f"/cases/{case}/engagement?to={here.pennine_help.pk}" in found


def test_codes_organisations_desks_and_places_are_found(here: Cast, browser: Browser) -> None:
    client = browser(here.nia)
    assert "Pennine Grid help desk" in palette(client, "pennine help")
    assert "Sycamore Energy" in palette(client, "sycam")
    assert "REG" in palette(client, "what is REG0000")
    assert "/queue/?view=overdue" in palette(client, "overdue")
    assert "Raise a case" in palette(client, "")


def test_the_market_is_found_from_the_first_start(here: Cast, browser: Browser) -> None:
    client = browser(here.hal)
    assert "/rules/query_types/missing-meter-reads/" in palette(client, "who do I ask about missing meter reads")
    assert "/rules/interfaces/IF-036/" in palette(client, "if 36")
    page = results(client, "setlement run")
    assert "Showing results for <b>settlement run</b>" in page
    assert "<mark>Settlement</mark>" in page
    assert "Nothing you may see goes by" in results(client, "zzyzx qwrtpk")
    for path, says in (
        ("interfaces/IF-036", "MSAppActive"),
        ("events/ChangeOfSupplier", "IF-001"),
        ("journal/outbound", "RetriesExhausted"),
        ("codes/REG0000", "Registration Service"),
        ("query_types/missing-meter-reads", "DCC Service Desk"),
    ):
        assert says in client.get(f"/rules/{path}/").content.decode()
    for path in ("codes/NONE", "nothing/at-all", "rows/x", "events/%00"):
        assert client.get(f"/rules/{path}/").status_code == 404


@pytest.mark.parametrize("words", ["'", "a & | !", "\0", "“quoted", "%%%", "x" * 5000])
def test_odd_words_are_words(here: Cast, browser: Browser, words: str) -> None:
    here.case()
    assert "found-all" in palette(browser(here.nia), words) or words == "\0"
    results(browser(here.nia), words)


def test_the_cost_does_not_grow_with_what_is_found(
    here: Cast, browser: Browser, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client, first = browser(here.nia), here.case()
    palette(client, "overnight")
    with django_assert_max_num_queries(38) as counted:  # type: ignore[attr-defined]
        palette(client, "overnight", first.reference)
    for number in range(12):
        here.case(f"Overnight load {number}")
    with django_assert_max_num_queries(len(counted)):  # type: ignore[attr-defined]
        palette(client, "overnight", first.reference)


def test_more_than_a_page_says_so(here: Cast, browser: Browser) -> None:
    for number in range(52):
        here.case(f"Overnight load {number}")
    found = results(browser(here.nia), "overnight")
    assert "More than 50 cases" in found
    assert found.count('class="hit article"') == 50


def test_each_case_stands_on_the_page_once_with_the_words_marked(here: Cast, browser: Browser) -> None:
    case = here.case("Switch lines missing overnight")
    page = results(browser(here.nia), "overnight switch lines")
    assert page.count(f'href="/cases/{case.reference}/"') == 1
    assert "<mark>overnight</mark>" in page


def test_a_reference_brings_its_case_before_all_answers(here: Cast, browser: Browser) -> None:
    case = here.case("IF-036 not received")
    page = results(browser(here.nia), case.reference)
    assert page.index('id="cases-found"') < (page.index('id="best-found"') if 'id="best-found"' in page else len(page))
    answered = results(browser(here.nia), "IF-036 not received")
    assert answered.index('id="best-found"') < answered.index('id="cases-found"')
