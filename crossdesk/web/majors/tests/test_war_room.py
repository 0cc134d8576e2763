"""The war room over HTTP: who sees what of it, who may do what in it, and what stays when something is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crossdesk.access import Role
from crossdesk.cases import closing, triage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.impact.crossing import look_again
from crossdesk.impact.tests.test_register import given, harriers
from crossdesk.kit.time import now
from crossdesk.majors import declaring, room
from crossdesk.majors.declaring import Proposal, propose
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import Action, InRoom, MajorIncident, RoleHeld
from crossdesk.majors.room import Invited, Situation
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.majors.tests.conftest import There

Browser = Callable[[Viewer], Client]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def truth(it: There) -> MajorIncident:
    with verbs():
        return MajorIncident.objects.get(pk=it.major.pk)


def test_the_lead_sees_whose_the_mpans_are_and_the_room_its_own_and_the_total(there: There, browser: Browser) -> None:
    lead = text(browser(there.ewan), there.address + "?part=board")
    assert "Sycamore Energy" in lead
    others = text(browser(there.here.gwen), there.address)
    assert "612" in others
    assert "Other parties" in others
    assert "Sycamore" not in others
    assert there.case.reference not in others


def test_no_identifier_stands_in_the_room(there: There, browser: Browser) -> None:
    assert re.search(r"\b16\d{11}\b", text(browser(there.ewan), there.address)) is None


@pytest.mark.parametrize("who", ["priya", "hal"])
@pytest.mark.parametrize(
    "path", ["", "?part=board", "declaration", "situation", "strip", "actions/1/completion", "words"]
)
def test_whoever_is_not_in_the_room_is_told_the_same_as_of_none(
    there: There, browser: Browser, who: str, path: str
) -> None:
    client = browser(getattr(there.here, who))
    assert client.get(f"/majors/MI-2222-2222/{path}").status_code == 404
    assert client.get(there.address + path).status_code == 404
    assert str(there.major) not in text(client, "/majors/")
    assert there.major.title not in text(client, "/cases/")


@pytest.mark.parametrize("path", ["here", "words", "situation", "standing-down"])
def test_whoever_is_not_in_the_room_changes_nothing(there: There, browser: Browser, path: str) -> None:
    assert browser(there.here.hal).post(there.address + path, {"words": "x", "why": "x"}).status_code == 404


def test_a_party_in_the_room_is_told_who_leads(there: There, browser: Browser) -> None:
    gwen = browser(there.here.gwen)
    assert "Only Elexon Service Desk, which leads, can write the situation." in text(gwen, there.address)
    answer = gwen.post(there.address + "standing-down", {"why": "We are tired."})
    assert answer.status_code == 403
    assert "We are tired." in answer.content.decode()
    assert truth(there).state == State.DECLARED


def test_a_candidate_is_declared_from_the_tracker_by_who_may(there: There, browser: Browser) -> None:
    second = propose(
        Proposal("Settlement figures", "Two parties"), lead=there.here.elexon_desk, cases=[there.here.case()], at=NOON
    )
    nia, ewan = browser(there.here.nia), browser(there.ewan)
    assert "Only a major incident manager or service manager of Elexon Service Desk" in text(nia, "/majors/")
    assert f"/majors/{second}/declaration" in text(ewan, "/majors/")
    assert ewan.post(f"/majors/{second}/declaration", {"why": ""}).status_code == 422
    assert ewan.post(f"/majors/{second}/declaration", {"why": "Both say so."}).status_code == 302
    with verbs():
        assert MajorIncident.objects.get(pk=second.pk).state == State.DECLARED


def test_before_anything_is_typed_a_manager_reads_that_no_case_is_open(there: There, browser: Browser) -> None:
    case = there.here.case()
    second = propose(Proposal("Settlement figures", "Two"), lead=there.here.elexon_desk, cases=[case], at=NOON)
    closing.withdraw(case, by=there.here.priya, at=NOON, why="Ours after all.")
    ewan = browser(there.ewan)
    assert f"no case under it is open; closed: {case} (withdrawn)" in text(ewan, f"/majors/{second}/declaration")
    assert ewan.post(f"/majors/{second}/declaration", {"why": "Both say so."}).status_code == 422
    assert "None of them is open any more" in text(ewan, f"/majors/{second}/?part=board")


def test_the_second_of_two_managers_is_told_who_was_faster(there: There, browser: Browser) -> None:
    ewan = browser(there.ewan)
    other = somebody("Mo Karim", there.here.elexon, Role.SERVICE_MANAGER, desk=there.here.elexon_desk)
    page = text(ewan, there.address + "standing-down")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    declaring.restore(there.major, why="Loads run.", by=other, at=NOON)
    declaring.stand_down(there.major, why="Over.", by=other, at=NOON)
    answer = ewan.post(there.address + "standing-down", {"why": "It is over.", "seen": seen[1]})
    assert answer.status_code == 409
    assert "Mo Karim was here before you" in answer.content.decode()
    assert "It is over." in answer.content.decode()


def test_nobody_overwrites_a_situation_they_have_not_read(there: There, browser: Browser) -> None:
    ewan = browser(there.ewan)
    room.describe(there.major, Situation("Load stopped.", "", ""), by=there.here.nia, at=NOON)
    written = {"conditions": "Nothing known.", "doing": "", "needs": "", "edition": "0"}
    answer = ewan.post(there.address + "situation", written)
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Load stopped." in told
    assert "Nothing known." in told
    assert 'name="edition" value="1"' in told
    assert ewan.post(there.address + "situation", written | {"edition": "1"}).status_code == 302
    assert (truth(there).conditions, truth(there).situation) == ("Nothing known.", 2)


def test_written_in_place_the_part_comes_back_instead_of_the_page(there: There, browser: Browser) -> None:
    answer = browser(there.ewan).post(
        there.address + "words?part=form", {"words": "Ring DCC.", "kind": "note"}, headers={"HX-Request": "true"}
    )
    assert answer.headers["Location"] == there.address + "?part=writing"


def test_an_event_keeps_its_own_time_and_the_time_it_was_written_down(there: There, browser: Browser) -> None:
    ewan = browser(there.ewan)
    earlier = f"{now() - timedelta(days=2):%Y-%m-%dT02:10}"
    ewan.post(there.address + "words", {"words": "Load stopped.", "kind": "note", "happened_at": earlier})
    told = text(ewan, there.address + "?part=timeline")
    assert "02:10" in told
    assert "Recorded" in told


def test_an_internal_note_stays_with_the_lead(there: There, browser: Browser) -> None:
    browser(there.ewan).post(there.address + "words", {"words": "Ring their director.", "kind": "internal"})
    assert "Ring their director." in text(browser(there.ewan), there.address)
    gwen = browser(there.here.gwen)
    assert "Ring their director." not in text(gwen, there.address)
    assert gwen.post(there.address + "words", {"words": "Hm.", "kind": "internal"}).status_code == 422


def test_a_role_is_offered_accepted_and_handed_over(there: There, browser: Browser) -> None:
    ewan, nia = browser(there.ewan), browser(there.here.nia)
    offer = {"role": "manager", "person": f"{there.here.nia.person}-{there.here.elexon.pk}", "name": "", "party": ""}
    assert ewan.post(there.address + "role", offer).status_code == 302
    with verbs():
        held = RoleHeld.objects.get(incident=there.major)
    accept = f"{there.address}roles/{held.pk}/acceptance"
    assert accept in text(nia, there.address)
    assert accept not in text(ewan, there.address)
    assert ewan.post(accept).status_code == 403
    assert nia.post(accept).status_code == 302
    assert "Nia Bevan is incident manager" in text(ewan, there.address + "?part=timeline")


def test_a_team_on_the_telephone_has_a_name_and_no_person(there: There, browser: Browser) -> None:
    ewan = browser(there.ewan)
    team = {"role": "liaison", "person": "", "name": "Control room", "party": there.here.pennine.pk}
    assert ewan.post(there.address + "role", team).status_code == 302
    assert "They accept" in text(ewan, there.address + "?part=side")
    assert ewan.post(there.address + "role", team | {"party": ""}).status_code == 422


def test_an_action_is_given_late_and_done(there: There, browser: Browser) -> None:
    ewan, gwen = browser(there.ewan), browser(there.here.gwen)
    due = f"{now() + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    given = {"what": "Rerun", "party": there.here.pennine.pk, "owner": "Ruth Adair", "due_at": due}
    assert ewan.post(there.address + "action", given).status_code == 302
    with verbs():
        Action.objects.update(due_at=now() - timedelta(minutes=12))
    assert "12 m over" in text(gwen, there.address + "?part=board")
    assert "Pennine Grid 1 (1 late)" in browser(there.ewan).get("/majors/export").content.decode()
    assert gwen.post(there.address + "actions/1/completion", {"result": "Loaded."}).status_code == 302
    assert "Loaded." in text(ewan, there.address + "?part=board")


def test_a_party_that_comes_later_reads_the_board_and_not_what_was_said_before(there: There, browser: Browser) -> None:
    sycamore = there.here.sycamore
    room.note(there.major, "Their director is away.", by=there.ewan, at=NOON)
    room.give_action(
        there.major, "Rerun the load", party=there.here.pennine, owner="Ruth", due_at=NOON + timedelta(hours=1),
        by=there.ewan, at=NOON,
    )  # fmt: skip
    room.offer_role(there.major, "scribe", Invited("Mo Karim", there.here.elexon), by=there.ewan, at=NOON)
    browser(there.ewan).post(there.address + "party", {"desk": "", "party": sycamore.pk})
    told = text(browser(there.here.priya), there.address)
    assert "Rerun the load" in told
    assert "Mo Karim" in told
    assert "Their director is away." not in told


def test_who_is_in_the_room_is_seen_by_the_room(there: There, browser: Browser) -> None:
    assert browser(there.here.gwen).post(there.address + "here").status_code == 204
    assert "Gwen Price, Pennine Grid" in text(browser(there.ewan), there.address + "?part=head")
    with verbs():
        InRoom.objects.update(seen_at=now() - timedelta(minutes=2))
    assert "nobody in the room" in text(browser(there.ewan), there.address + "?part=head")


def test_reached_and_the_fallback_are_for_the_lead(there: There, browser: Browser) -> None:
    ewan, gwen = browser(there.ewan), browser(there.here.gwen)
    said = {"party": there.here.sycamore.pk, "reached": "by_phone", "how": "mail bounced, night desk"}
    assert ewan.post(there.address + "reach", said).status_code == 302
    assert "mail bounced, night desk" in text(ewan, there.address)
    assert "mail bounced" not in text(gwen, there.address)


def test_a_party_agrees_for_itself_alone(there: There, browser: Browser) -> None:
    declaring.restore(there.major, why="Runs.", by=there.ewan, at=NOON)
    declaring.stand_down(there.major, why="Runs.", by=there.ewan, at=NOON)
    gwen = browser(there.here.gwen)
    for party, status in ((there.here.sycamore.pk, 422), (there.here.pennine.pk, 302)):
        assert gwen.post(there.address + "agreement", {"party": party, "words": "Compared."}).status_code == status


def test_the_lead_sees_who_agreed_who_objects_and_who_is_silent(there: There, browser: Browser) -> None:
    room.bring_in(there.major, there.here.harrier, [there.here.harrier.seat], by=there.ewan, at=NOON)
    declaring.restore(there.major, why="Loads run.", by=there.ewan, at=NOON)
    declaring.stand_down(there.major, why="Rest follows.", by=there.ewan, at=NOON)
    ewan, gwen, hal = browser(there.ewan), browser(there.here.gwen), browser(there.here.hal)
    given = {"party": there.here.pennine.pk, "why": "40 confirmations are missing."}
    assert gwen.post(there.address + "objection", given).status_code == 302
    agreed = {"party": there.here.harrier.pk, "words": "Compared."}
    assert hal.post(there.address + "agreement", agreed).status_code == 302
    side = text(ewan, there.address + "?part=side")
    assert "1 agreed, 1 objecting, 1 silent" in side
    assert f"{there.address}answer?party={there.here.pennine.pk}" in side
    assert (
        "while an objection stands: Pennine Grid"
        in ewan.post(there.address + "closing", {"why": "Done.", "without": "Silent."}).content.decode()
    )
    for competitor in (text(hal, there.address), text(hal, there.address + "objection")):
        assert "40 confirmations" not in competitor
    given = {"party": there.here.pennine.pk, "why": "They come with run R1."}
    assert ewan.post(there.address + "answer", given).status_code == 302
    assert "They come with run R1." in text(gwen, there.address + "?part=side")
    assert ewan.post(there.address + "closing", {"why": "Done.", "without": "Silent."}).status_code == 302
    assert "40 confirmations are missing." in text(ewan, there.address + "?part=side")


def test_a_case_is_put_under_and_taken_out(there: There, browser: Browser) -> None:
    late, ewan = there.here.case("The same in area 23"), browser(there.ewan)
    assert ewan.post(there.address + "case", {"case": late.reference}).status_code == 302
    assert late.reference in text(ewan, there.address + "?part=board")
    assert ewan.post(there.address + "removal", {"case": late.pk, "why": "Another cause."}).status_code == 302
    assert late.reference not in text(ewan, there.address + "?part=board")


def test_the_case_says_that_it_is_held_to_who_may_see_the_incident(there: There, browser: Browser) -> None:
    case = f"/cases/{there.case.reference}/"
    lead, raiser = text(browser(there.here.nia), case), text(browser(there.here.priya), case)
    assert f"/majors/{there.major}/" in lead
    assert f"/majors/{there.major}/" not in raiser
    assert f"A major incident holds it open: {there.major}" in raiser
    assert there.major.title not in raiser


def test_the_owning_desk_proposes_from_the_case(here: Cast, browser: Browser) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    nia, address = browser(here.nia), f"/cases/{case.reference}/major"
    assert address in text(nia, f"/cases/{case.reference}/")
    assert nia.post(address, {"title": "It is everywhere", "because": ""}).status_code == 422
    answer = nia.post(address, {"title": "It is everywhere", "because": "Three parties call."}, follow=True)
    assert "Three parties call." in answer.content.decode()
    assert browser(here.priya).post(address, {"title": "x", "because": "y"}).status_code == 403
    again = nia.post(address, {"title": "x", "because": "y"})
    assert again.status_code == 422
    assert "is under MI-" in again.content.decode()


def test_every_page_shows_the_declared_incident_until_it_is_stood_down(there: There, browser: Browser) -> None:
    nia = browser(there.here.nia)
    assert f'href="{there.address}"' in text(nia, "/directory/")
    assert "Majors <span>1</span>" in text(nia, "/directory/")
    assert 'class="strip"' not in text(nia, there.address)
    declaring.restore(there.major, why="Runs.", by=there.ewan, at=NOON)
    declaring.stand_down(there.major, why="Runs.", by=there.ewan, at=NOON)
    assert 'class="strip"' not in text(nia, "/directory/")
    assert text(nia, there.address + "strip").strip() == ""


def test_hostile_words_are_words(there: There, browser: Browser) -> None:
    ewan = browser(there.ewan)
    ewan.post(there.address + "words", {"words": HOSTILE, "kind": "note"})
    ewan.post(there.address + "situation", {"conditions": HOSTILE, "doing": HOSTILE, "needs": HOSTILE})
    ewan.post(there.address + "bridge", {"where": f"javascript:{HOSTILE}"})
    told = text(ewan, there.address)
    assert "<script>alert" not in told
    assert "<img src=x" not in told
    assert "javascript:" not in re.sub(r"<b>.*?</b>", "", told.split('id="timeline"')[0])
    assert "{{ 7*7 }}" in text(ewan, there.address + "?part=situation")


def test_the_export_holds_no_formula(there: There, browser: Browser) -> None:
    with verbs():
        MajorIncident.objects.update(title="=cmd()")
    assert ",'=cmd()," in browser(there.ewan).get("/majors/export").content.decode()


def exported(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/majors/export.json{query}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert re.search(r"major-incidents-(live|past)-.*\.json", answer["Content-Disposition"])
    rows: list[dict[str, Any]] = answer.json()["incidents"]
    return rows


def test_the_export_as_json_tells_state_lead_next_update_and_what_each_party_owes(
    there: There, browser: Browser
) -> None:
    for owner, due in (("Ruth", NOON + timedelta(hours=1)), ("Ada", now() + timedelta(days=900))):
        room.give_action(
            there.major, "Check the loads", party=there.here.pennine, owner=owner, due_at=due, by=there.ewan, at=NOON
        )
    [row] = exported(browser(there.ewan))
    assert (row["reference"], row["state"], row["lead"]) == (str(there.major), "declared", "Elexon Service Desk")
    assert row["declared_at"] == "2026-11-24T12:00:00Z"
    assert row["open_actions"] == [{"party": "Pennine Grid", "open": 2, "late": 1}]
    assert (row["last_update_at"], row["closed_at"], row["cases"]) == (None, None, 1)
    assert exported(browser(there.ewan), "?show=past") == []
    assert "/majors/export.json" in text(browser(there.ewan), "/majors/")


def test_the_export_as_json_holds_what_its_reader_may_see(there: There, browser: Browser) -> None:
    [row] = exported(browser(there.here.gwen))
    assert row["cases"] == 0
    for viewer in (there.here.hal, there.here.priya):
        assert exported(browser(viewer)) == []


def test_the_room_says_when_the_last_update_left(there: There, browser: Browser) -> None:
    assert "No update has left yet" in text(browser(there.ewan), there.address)
    with verbs():
        MajorIncident.objects.update(last_update_at=NOON)
    told = text(browser(there.here.gwen), there.address + "?part=head")
    assert re.search(r"Last update at <time [^>]*>[^<]*12:00</time>", told)


def test_the_tracker_teaches_where_there_is_none(here: Cast, browser: Browser) -> None:
    assert "No major incident is open." in text(browser(here.priya), "/majors/")
    assert "No major incident has ended yet." in text(browser(here.priya), "/majors/?show=past")


def test_the_palette_offers_what_can_be_done_in_the_room(there: There, browser: Browser) -> None:
    asked = {"q": "stand", "on": str(there.major)}
    assert f"{there.address}standing-down" in browser(there.ewan).post("/find/", asked).content.decode()
    assert "Only a major incident manager" in browser(there.here.nia).post("/find/", asked).content.decode()
    assert str(there.major) not in browser(there.here.hal).post("/find/", asked).content.decode()


def test_the_room_costs_a_fixed_number_of_queries(
    there: There, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    ewan = browser(there.ewan)
    ewan.get(there.address)
    with django_assert_max_num_queries(40) as counted:
        ewan.get(there.address)
    spent = len(counted)
    for number in range(5):
        room.note(there.major, f"Note {number}", by=there.ewan, at=NOON)
        room.give_action(
            there.major, f"Do {number}", party=there.here.pennine, owner="Ruth", due_at=NOON + timedelta(hours=1),
            by=there.ewan, at=NOON,
        )  # fmt: skip
        declaring.put_under(there.major, there.here.case(f"Case {number}"), by=there.ewan, at=NOON)
    with django_assert_max_num_queries(spent):
        ewan.get(there.address)


def test_a_part_reads_no_more_than_it_shows(there: There, browser: Browser, django_assert_max_num_queries: Any) -> None:
    ewan = browser(there.ewan)
    for part in ("head", "situation", "side", "timeline", "writing"):
        with django_assert_max_num_queries(20):
            ewan.get(f"{there.address}?part={part}")


def test_a_threshold_tipped_on_a_linked_case_names_that_case(there: There, browser: Browser) -> None:
    with verbs():
        Case.objects.filter(pk=there.case.pk).update(scenario="missing-mpan-data")
    child = harriers(there.here, there.case)
    given(child, range(700, 710), there.here.hal)
    look_again(there.case.pk, NOON)
    assert f"tipped by {child.reference}" in text(browser(there.ewan), there.address)
