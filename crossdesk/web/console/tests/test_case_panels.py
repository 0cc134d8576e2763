"""The panels of the case page: what each costs, what each says, and to whom."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crossdesk.cases import closing, evidence, leg_work, references, seeing, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.holding import STEPS
from crossdesk.cases.material import Evidence
from crossdesk.cases.models import Case, Question
from crossdesk.cases.moving import moving
from crossdesk.cases.questions import TIMELINE, Window, find_case, read_case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import turn
from crossdesk.desks.founding import open_desk
from crossdesk.desks.models import Desk
from crossdesk.editions.applying import look_now
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.models import OutboxItem
from crossdesk.kit.time import now
from crossdesk.parties.founding import found_party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing
from crossdesk.web.console import case as case_panels
from crossdesk.web.console.asked_for import asked_for, codes_of
from crossdesk.web.console.composing import choices
from crossdesk.web.console.impact import impact
from crossdesk.web.console.lanes import CASE_STAGES, LEG_STATES
from crossdesk.web.console.timed import ROUTINE

ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your registration service.")
Browser = Callable[[Viewer], Client]


def page(client: Client, case: Case, query: str = "") -> str:
    response = client.get(f"/cases/{case.reference}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def owned(here: Cast, **given: Any) -> Case:
    report = Report(summary="REG0000 for 137 MPANs", query_type="missing-mpan-data", **given)
    case = raise_case(report, raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=NOON)
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


@pytest.mark.parametrize("size", [1, 5, 30])
@pytest.mark.parametrize("who", ["nia", "priya", "gwen"])
def test_each_panel_takes_at_most_three_questions(here: Cast, who: str, size: int) -> None:
    case = owned(here)
    for number in range(size):
        with verbs():
            party = found_party(f"Party {number}", roles=["ldso"])
            to = open_desk(f"Desk {number}", rule="ldso-help-desk", owner=party, kind="help", home=Desk.Home.HOSTED)
        engage(case, to, ASK, by=here.nia, at=NOON)
        evidence.add(case, f"{number}.log", [b"a line"], by=here.nia, at=NOON)
        references.add_list(case, [f"T-{number}".encode()], "transaction", by=here.nia, at=NOON)
        writing.write(case, to="everyone", words=f"Words {number}", by=here.nia, at=NOON)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    viewer = getattr(here, who)
    look_now()  # the look at the rules in force falls due every half minute: not during what is counted
    with viewing(viewer):
        assert spent(lambda: find_case(case.reference)) <= 3
        panels: dict[str, Callable[[Any], object]] = {
            "head and actions": lambda file: (case_panels.head(file, NOON), file.seen),
            "major incident": lambda file: case_panels.major(file, NOON),
            "legs": lambda file: case_panels.lanes(file, NOON),
            "writing place": lambda file: choices(file, NOON),
            "impact": lambda file: impact(file, NOON),
            "timeline": lambda file: (case_panels.timeline(file, NOON), file.earlier),
            "references": lambda file: (file.references, codes_of(file)),
            "evidence": lambda file: asked_for(file),
            "who can see this": lambda file: seeing.who_sees(file.case, file.legs, file.standing, file.readers, NOON),
            "links": lambda file: file.links,
        }
        whole = read_case(found(case), viewer)
        costs = {name: spent(ask, whole) for name, ask in panels.items()}
        alone = {name: spent(ask, read_case(found(case), viewer)) for name, ask in panels.items()}
    assert {name: cost for name, cost in costs.items() if cost > 3} == {}
    assert max(alone.values()) <= 4  # a part asked for alone also asks what the head has told the others


def found(case: Case) -> Case:
    there = find_case(case.reference)
    assert there is not None
    return there


def spent(ask: Callable[..., object], *given: object) -> int:
    """Statements that read or write; those that only change the role or mark a savepoint are not counted."""
    with CaptureQueriesContext(connection) as counted:
        ask(*given)
    return sum("set_config" not in query["sql"] and "SAVEPOINT" not in query["sql"] for query in counted)


def test_a_long_timeline_comes_in_pages_and_says_how_much_is_earlier(here: Cast, browser: Browser) -> None:
    case = owned(here)
    for number in range(TIMELINE + 5):
        writing.write(case, to="internal", words=f"Words {number:03}", by=here.nia, at=NOON)
    client = browser(here.nia)
    text = page(client, case)
    assert f"Words {TIMELINE + 4:03}" in text
    assert "Words 000" not in text
    assert "Earlier, 10 entries" in text
    assert "Words 000" in page(client, case, "?pages=2")
    assert "Earlier," not in page(client, case, "?pages=2")


@pytest.mark.parametrize("query", ["?pages=0", "?pages=99999", "?pages=x", "?before=x", "?show=x", "?before=1&pages=2"])
def test_a_window_bent_by_hand_is_still_answered(here: Cast, browser: Browser, query: str) -> None:
    page(browser(here.nia), owned(here), query)


def told(viewer: Viewer, case: Case, show: str) -> set[str]:
    with viewing(viewer):
        file = read_case(found(case), viewer, Window(show=show))
        return {entry.body.words for entry in file.entries if entry.body.words}


def test_as_the_raiser_sees_it_is_what_both_may_read(here: Cast) -> None:
    case = owned(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    for to, words in (("internal", "Ours"), ("raiser", "Theirs"), ("everyone", "All"), (f"leg:{leg.pk}", "The leg's")):
        writing.write(case, to=to, words=words, by=here.nia, at=NOON)
    ours = told(here.nia, case, "raiser")
    assert {"Theirs", "All"} <= ours
    assert not {"Ours", "The leg's"} & ours
    assert ours == told(here.priya, case, "all") & told(here.nia, case, "all")
    assert told(here.gwen, case, "raiser") == {"All"}  # the raiser reads more; an engaged desk does not by asking


def test_words_only_leaves_out_the_steps(here: Cast) -> None:
    case = owned(here)
    writing.write(case, to="internal", words="Said", by=here.nia, at=NOON)
    with viewing(here.nia):
        file = read_case(found(case), here.nia, Window(show="words"))
        assert all(entry.body.words for entry in file.entries)
        assert "case.take" not in {entry.kind for entry in file.entries}


def engaged_by_mail(here: Cast) -> Case:
    case = owned(here)
    engage(case, here.pennine_service, ASK, by=here.nia, at=NOON)
    return case


def leg_value(case: Case) -> str:
    with verbs():
        return f"leg:{case.legs.get().pk}"


def test_readers_are_named_one_by_one_and_a_mailbox_by_its_address(here: Cast) -> None:
    case = engaged_by_mail(here)
    with viewing(here.nia):
        offered = {each.value: each for each in choices(read_case(found(case), here.nia), now())}
    assert offered["internal"].readers == "Nia Bevan, Tom Okafor"
    assert offered["internal"].count == 2
    assert "service@pennine.example (the mailbox of Pennine Grid service desk)" in offered[leg_value(case)].readers
    assert offered["raiser"].count is None
    assert "everybody at Sycamore Energy" in offered["raiser"].readers


def test_another_organisation_is_told_no_names_of_a_desk(here: Cast) -> None:
    case = owned(here)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    for viewer in (here.priya, here.gwen):
        with viewing(viewer):
            offered = choices(read_case(found(case), viewer), now())
        assert not any("Tom Okafor" in each.readers for each in offered)


def test_the_letter_shown_is_the_letter_sent(here: Cast, browser: Browser) -> None:
    case, given = engaged_by_mail(here), {"words": "Send the list as a file, please <b>."}
    given["audience"] = leg_value(case)
    nia = browser(here.nia)
    before = page(nia, case)
    text = nia.post(f"/cases/{case.reference}/letter", given).content.decode()
    with verbs():
        assert not Entry.objects.filter(thread=case.pk, kind="leg.update").exists()
        letters = OutboxItem.objects.filter(case=case.pk).count()
    assert re.findall("[0-9]+ entr", page(nia, case)) == re.findall("[0-9]+ entr", before)
    assert nia.post(f"/cases/{case.reference}/words", given).status_code == 302
    with verbs():
        assert OutboxItem.objects.filter(case=case.pk).count() == letters + 1
        item = OutboxItem.objects.filter(case=case.pk).latest("pk")
        write_letter(item, NOON)
    assert "&lt;b&gt;" in text
    assert item.to_address in text
    for line in filter(None, item.body.splitlines()):
        assert line.replace("<b>", "&lt;b&gt;").replace("'", "&#39;") in text


@pytest.mark.parametrize(("who", "status"), [("priya", 403), ("hal", 404), ("gwen", 404)])
def test_a_letter_is_shown_to_nobody_who_could_not_send_it(here: Cast, browser: Browser, who: str, status: int) -> None:
    case = engaged_by_mail(here)
    given = {"audience": leg_value(case), "words": "Words"}
    response = browser(getattr(here, who)).post(f"/cases/{case.reference}/letter", given)
    assert response.status_code == status
    assert "service@pennine.example" not in response.content.decode()


def test_nothing_leaves_where_everybody_reads_here(here: Cast, browser: Browser) -> None:
    given = {"audience": "internal", "words": "Between us"}
    text = browser(here.nia).post(f"/cases/{owned(here).reference}/letter", given).content.decode()
    assert "No letter would leave." in text
    assert "Between us" in text


def test_an_attached_file_goes_with_its_words(here: Cast, browser: Browser) -> None:
    case = engaged_by_mail(here)
    given = {"audience": leg_value(case), "words": "With the log", "file": SimpleUploadedFile("a.log", b"a line")}
    assert browser(here.nia).post(f"/cases/{case.reference}/words", given).status_code == 302
    with verbs():
        item = OutboxItem.objects.filter(case=case.pk).latest("pk")
        assert b'filename="a.log"' in write_letter(item, NOON)
        assert Evidence.objects.get(case=case.pk).seats == sorted(
            [here.elexon_desk.seat_id, here.pennine_service.seat_id]
        )
    assert "a.log" not in page(browser(here.priya), case)


def test_a_file_that_is_refused_takes_its_words_with_it(here: Cast, browser: Browser) -> None:
    case = owned(here)
    given = {"audience": "raiser", "words": "With a program", "file": SimpleUploadedFile("a.exe", b"MZ\x90\x00")}
    text = browser(here.nia).post(f"/cases/{case.reference}/words", given)
    assert text.status_code == 422
    assert "With a program" in text.content.decode()
    with viewing(here.nia):
        assert not Entry.objects.filter(thread=case.pk, kind="case.write").exists()


@pytest.mark.parametrize("to", ["raiser", "leg"])
def test_words_are_asked_with_a_due_time(here: Cast, browser: Browser, to: str) -> None:
    case = owned(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    leg_work.acknowledge(leg, by=here.gwen, at=NOON)
    given = {"audience": to if to == "raiser" else f"leg:{leg.pk}", "words": "Which night?", "ask": "yes"}
    nia = browser(here.nia)
    text = nia.post(f"/cases/{case.reference}/words", given)
    assert text.status_code == 422
    assert "Say by when the answer is due." in text.content.decode()
    assert nia.post(f"/cases/{case.reference}/words", given | {"due_at": "2030-01-01T10:00"}).status_code == 302
    with viewing(here.nia):
        assert Question.objects.get(case=case.pk).due_at.year == 2030


def test_everyone_at_once_is_asked_nothing(here: Cast, browser: Browser) -> None:
    given = {"audience": "everyone", "words": "Well?", "ask": "yes", "due_at": "2030-01-01T10:00"}
    response = browser(here.nia).post(f"/cases/{owned(here).reference}/words", given)
    assert response.status_code == 422
    assert "choose which" in response.content.decode()


def test_a_waiting_leg_names_another_way_to_reach_its_desk(here: Cast, browser: Browser) -> None:
    case = engaged_by_mail(here)
    assert f"/directory/desks/{here.pennine_service.pk}/" in page(browser(here.nia), case)
    with verbs():
        Desk.objects.filter(pk=here.pennine_service.pk).update(telephone="0191 498 0000")
    text = page(browser(here.nia), case)
    assert 'href="tel:01914980000">Ring the fallback contact, 0191 498 0000' in text
    assert "0191 498 0000" not in page(browser(here.priya), case)


def test_what_is_missing_is_named_until_it_is_given(here: Cast, browser: Browser) -> None:
    case = owned(here, missing_evidence=("references",))
    asked = re.search(r"(\d+) of (\d+) asked for", page(browser(here.nia), case))
    assert asked
    assert int(asked[1]) == int(asked[2]) - 1
    references.add_list(case, [b"T-1"], "transaction", by=here.nia, at=NOON)
    asked = re.search(r"(\d+) of (\d+) asked for", page(browser(here.nia), case))
    assert asked
    assert asked[1] == asked[2]


def test_codes_in_the_report_are_explained_to_those_who_read_it(here: Cast, browser: Browser) -> None:
    case = owned(here, impact="ECS1004 on all of them")
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    assert ">ECS1004</dt>" in page(browser(here.nia), case)
    theirs = page(browser(here.gwen), case)
    assert ">REG0000</dt>" in theirs
    assert "ECS1004" not in theirs


def test_an_entry_says_its_readers_in_words(here: Cast, browser: Browser) -> None:
    text = page(browser(here.nia), owned(here))
    assert text.count("Readers: ") >= 3
    assert re.search("Readers: (Elexon Service Desk, Sycamore Energy|Sycamore Energy, Elexon Service Desk)", text)


def test_what_clocks_recorded_in_a_row_is_one_line_and_none_is_lost(here: Cast, browser: Browser) -> None:
    case = owned(here)
    with verbs(), moving(case, "write", by=here.nia, at=NOON) as thread:
        for what in (Turn.REOPEN, Turn.STOP, Turn.REOPEN):
            turn(thread, list(Clock.objects.filter(thread=case.pk)), what, at=NOON)
    text = page(browser(here.nia), case)
    assert "<summary>3 entries of clocks and counts</summary>" in text
    with viewing(here.nia):
        routine = list(Entry.objects.filter(thread=case.pk, kind__in=ROUTINE).values_list("seq", flat=True))
    assert len(routine) > 3
    assert {text.count(f'id="entry-{seq}"') for seq in routine} == {1}


def test_time_with_each_adds_up_to_the_whole_and_hides_what_a_reader_cannot_see(here: Cast, browser: Browser) -> None:
    case = owned(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON + timedelta(hours=1))
    leg_work.acknowledge(leg, by=here.gwen, at=NOON + timedelta(hours=2))
    leg_work.resolve(leg, by=here.gwen, at=NOON + timedelta(hours=4), words="Reloaded.")
    leg_work.confirm(leg, by=here.nia, at=NOON + timedelta(hours=4))
    closing.resolve(case, by=here.nia, at=NOON + timedelta(hours=6), words="Reloaded by Pennine Grid.")
    closing.confirm(case, by=here.priya, at=NOON + timedelta(hours=8))
    owner = page(browser(here.nia), case)
    assert "in 8 h 00 m from raised to closed" in owner
    assert {"3 h 00 m, 38 %", "2 h 00 m, 25 %"} <= set(re.findall(r"\d h \d\d m, \d+ %", owner))
    raiser = page(browser(here.priya), case)
    assert "6 h 00 m, 75 %" in raiser
    assert "Time with each" not in page(browser(here.gwen), case)


def test_the_lanes_are_drawn_from_what_is_read() -> None:
    assert set(LEG_STATES) | set(CASE_STAGES) <= STEPS


def test_who_was_told_of_what_is_late_stands_beside_its_clocks(here: Cast, browser: Browser) -> None:
    case = here.case()
    while act_on_due(NOON + timedelta(minutes=30)):
        pass
    told = browser(here.nia).get(f"/cases/{case.reference}/").content.decode()
    assert "Escalated to" in told
    assert "The case: 2 letters by mail" in told
    assert "The case: nobody; nobody there could be told" in told
    for viewer in (here.priya,):
        assert "Escalated to" not in browser(viewer).get(f"/cases/{case.reference}/").content.decode()
