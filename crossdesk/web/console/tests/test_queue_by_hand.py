"""What a desk agent does with the queue as a whole: narrows it, keeps a view, takes it away, acts on many rows."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crossdesk.cases import assigning, triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.queue import present_in, queue, views
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.standing import refresh
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs, viewing
from crossdesk.web.console.filters import asked_of
from crossdesk.web.console.keeping import plain
from crossdesk.web.console.queue import beside, list_of

ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your registration service.")
Browser = Callable[[Viewer], Client]


def page(client: Client, address: str = "/queue/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def rows(text: str) -> int:
    return text.count('<tr role="row" id=')


def owned(here: Cast, summary: str = "Owned", system: str = "") -> Case:
    report = Report(summary=summary, query_type="missing-mpan-data", system=system, scenario="missing-mpan-data")
    case = raise_case(report, raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=NOON)
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def keys(viewer: Viewer, *cases: Case) -> list[int]:
    with viewing(viewer):
        found = dict(Standing.objects.filter(seat__in=viewer.seats, case__in=cases).values_list("case", "pk"))
    return [found[case.pk] for case in cases]


def test_a_system_is_written_as_people_write_it_and_narrows(here: Cast, browser: Browser) -> None:
    owned(here, system="css")
    owned(here, system="mds")
    client = browser(here.nia)
    text = page(client)
    assert "<span>CSS</span>" in text
    assert "<span>css</span>" not in text
    assert rows(page(client, "/queue/?system=css")) == 1
    assert rows(page(client, "/queue/?system=css,mds&scenario=missing-mpan-data")) == 2
    assert "System: CSS +1" in page(client, "/queue/?system=css,mds")


def test_the_state_of_any_leg_narrows(here: Cast, browser: Browser) -> None:
    case, _ = owned(here), owned(here, "Without a leg")
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    client = browser(here.nia)
    assert {state: rows(page(client, f"/queue/?leg={state}")) for state in ("delivered", "sending", "silent")} == {
        "delivered": 1, "sending": 0, "silent": 0,
    }  # fmt: skip
    with verbs():
        Leg.objects.filter(pk=leg.pk).update(silent=True)
        refresh(Case.objects.get(pk=case.pk), NOON)
    assert rows(page(client, "/queue/?leg=silent,sending")) == 1
    assert rows(page(client, "/queue/?view=trouble")) == 1


def test_me_is_what_i_accepted(here: Cast, browser: Browser) -> None:
    case = owned(here)
    assigning.assign(case, group=here.dip_team, by=here.nia, at=NOON)
    with viewing(here.tom):
        offer = case.assignments.get()
    assigning.accept(offer, by=here.tom, at=NOON)
    assert rows(page(browser(here.tom), "/queue/?view=me")) == 1
    assert rows(page(browser(here.nia), "/queue/?view=me")) == 0


def test_due_in_an_hour_is_neither_late_nor_later(here: Cast) -> None:
    case = here.case()
    due = case.raised_at + timedelta(minutes=30)
    for before, there in (
        (timedelta(minutes=59), True),
        (timedelta(minutes=61), False),
        (timedelta(minutes=-1), False),
    ):
        hour = next(view for view in views(due - before, None) if view.key == "hour")
        with viewing(here.nia):
            seat = here.elexon_desk.seat_id
            assert queue(seat, hour.rows).exists() == there


def test_a_view_is_kept_for_its_keeper_alone(here: Cast, browser: Browser) -> None:
    owned(here)
    nia, tom = browser(here.nia), browser(here.tom)
    given = {"desk": here.elexon_desk.pk, "view": "us", "priority": "1,2,x", "name": " Mine \0 <b> "}
    assert nia.post("/queue/views", given).status_code == 302
    text = page(nia)
    assert "Mine &lt;b&gt;" in text
    assert "priority=1%2C2" in text
    assert "Mine &lt;b&gt;" not in page(tom)
    pk = page(nia, "/queue/?view=us&priority=1,2").split("/queue/views/")[1].split("/")[0]
    tom.post(f"/queue/views/{pk}/removal", {"desk": here.elexon_desk.pk})
    assert "Mine &lt;b&gt;" in page(nia)
    nia.post(f"/queue/views/{pk}/removal", {"desk": here.elexon_desk.pk})
    assert "Mine &lt;b&gt;" not in page(nia)


@pytest.mark.parametrize(("name", "sentence"), [("", "Give the view a name"), ("x" * 41, "at most 40 characters")])
def test_a_name_that_cannot_be_kept_says_why(here: Cast, browser: Browser, name: str, sentence: str) -> None:
    response = browser(here.nia).post("/queue/views", {"desk": here.elexon_desk.pk, "name": name}, follow=True)
    assert sentence in response.content.decode()


def test_nobody_keeps_a_view_of_a_desk_that_is_not_theirs(here: Cast, browser: Browser) -> None:
    for path in ("/queue/views", "/queue/many", "/queue/views/1/removal"):
        given = {"desk": here.pennine_help.pk, "name": "x", "verb": "take"}
        assert browser(here.nia).post(path, given).status_code == 404
    assert browser(here.nia).get(f"/queue/export?desk={here.pennine_help.pk}").status_code == 404


def exported(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_export_holds_the_rows_of_this_view_and_no_formula(here: Cast, browser: Browser) -> None:
    case = owned(here, '=HYPERLINK("https://elsewhere.example","x")')
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    here.case("Not ours yet")
    ours, theirs = browser(here.nia), browser(here.gwen)
    heading, line = exported(ours, "/queue/export?view=them")
    assert dict(zip(heading, line, strict=True))["Summary"] == '\'=HYPERLINK("https://elsewhere.example","x")'
    assert len(exported(ours, "/queue/export")) == 3
    assert [line[1] for line in exported(theirs, "/queue/export")[1:]] == [case.reference]
    assert exported(ours, "/queue/export?system=none")[1:] == []


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@x", "\tx", "\rx", " =1"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert plain(cell) == f"'{cell}"
    assert plain(f"x{cell}") == f"x{cell}"


def many(client: Client, here: Cast, chosen: Sequence[int], verb: str, status: int = 200, **given: Any) -> str:
    response = client.post("/queue/many", {"desk": here.elexon_desk.pk, "row": chosen, "verb": verb, **given})
    assert response.status_code == status
    return response.content.decode()


def test_many_rows_are_asked_for_one_by_one_and_the_refused_say_why(here: Cast, browser: Browser) -> None:
    new, other, taken = here.case("New"), here.case("Another"), owned(here)
    text = many(browser(here.nia), here, keys(here.nia, new, other, taken), "take")
    assert "2 done, 1 refused" in text
    assert f"{taken.reference} is assigned" in text
    with viewing(here.nia):
        assert set(Case.objects.filter(stage="triage").values_list("pk", flat=True)) == {new.pk, other.pk}


def test_many_rows_get_a_priority_and_a_group_through_one_form(here: Cast, browser: Browser) -> None:
    first, second = owned(here), owned(here)
    nia, chosen = browser(here.nia), keys(here.nia, first, second)
    assert "Impact" in many(nia, here, chosen, "priority")
    many(nia, here, chosen, "priority", status=422, given="yes")
    given: dict[str, Any] = {"given": "yes", "impact": "impact-several", "urgency": "urgency-now"}
    assert "2 done" in many(nia, here, chosen, "priority", **given)
    assert "2 done" in many(nia, here, chosen, "assign", given="yes", group=here.dip_team.pk)
    with viewing(here.tom):
        assert Standing.objects.filter(case__in=[first, second], group=here.dip_team.pk).count() == 2


def test_many_takes_only_rows_of_this_desk(here: Cast, browser: Browser) -> None:
    case = owned(here)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    assert "No row was selected" in many(browser(here.nia), here, keys(here.gwen, case), "take", status=422)
    assert "No row was selected" in many(browser(here.nia), here, [0], "take", status=422)
    many(browser(here.nia), here, [0], "destroy", status=404)


def test_a_leg_among_many_is_left_to_its_own_page(here: Cast, browser: Browser) -> None:
    case = owned(here)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    given = {"desk": here.pennine_help.pk, "row": keys(here.gwen, case), "verb": "take"}
    assert "open it and act on the leg" in browser(here.gwen).post("/queue/many", given).content.decode()


def test_a_resolver_may_select_but_is_told_who_triages(here: Cast, browser: Browser) -> None:
    resolver = browser(here.priya)
    assert resolver.post("/queue/many", {"desk": here.elexon_desk.pk, "row": [1], "verb": "take"}).status_code == 404


def test_a_refresh_keeps_rows_in_their_places_and_counts_what_is_new(here: Cast, browser: Browser) -> None:
    first, second = here.case("First"), here.case("Second")
    held = keys(here.nia, second, first)
    client = browser(here.nia)
    new = here.case("Third")
    triage.take(first, by=here.nia, at=NOON)
    text = page(client, f"/queue/?view=nobody&part=work&held={held[0]},{held[1]}")
    assert text.index("Second") < text.index("First")
    assert new.reference not in text
    assert "1 new, 1 no longer in this view, show" in text
    assert 'class="gone"' in text
    assert f'value="{held[0]},{held[1]}"' in text
    fresh = page(client, "/queue/?view=nobody")
    assert new.reference in fresh
    assert first.reference not in fresh


def test_a_row_of_another_desk_cannot_be_held(here: Cast, browser: Browser) -> None:
    case = owned(here)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    alone = here.case("Only Elexon's")
    assert alone.reference not in page(browser(here.gwen), f"/queue/?held={keys(here.nia, alone)[0]}")


@pytest.mark.parametrize("size", [1, 5, 30])
def test_each_panel_takes_at_most_three_questions(here: Cast, size: int) -> None:
    for number in range(size):
        owned(here, f"Case {number}")
    asked = asked_of({"priority": "5"}, here.nia)
    every = views(now(), here.nia.person)
    view = asked.view_among(every)
    with viewing(here.nia):
        held = list(Standing.objects.filter(seat=asked.seat).values_list("pk", flat=True))
        panels: dict[str, Callable[[], object]] = {
            "views": lambda: beside(asked, view, every, here.nia),
            "list": lambda: list_of(asked, view, None, [], here.nia, NOON),
            "list, refreshed": lambda: list_of(asked, view, None, held, here.nia, NOON),
            "filters": lambda: present_in(queue(asked.seat, Q())),
        }
        spent = {}
        for name, ask in panels.items():
            with CaptureQueriesContext(connection) as counted:
                ask()
            spent[name] = len(counted)
    assert spent == {"views": 3, "list": 2, "list, refreshed": 3, "filters": 1}
