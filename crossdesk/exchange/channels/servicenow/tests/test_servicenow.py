"""Speaking with a ServiceNow instance over real HTTP, its failures included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crossdesk.commands.partner_desk.serving import free_port
from crossdesk.exchange.channels.servicenow import polling
from crossdesk.exchange.channels.servicenow.desk import Desk, ToAttach
from crossdesk.exchange.channels.servicenow.marks import mark_in, mark_of, signed
from crossdesk.exchange.channels.servicenow.states import UNKNOWN, StateMap
from crossdesk.exchange.channels.servicenow.tests.far_side import Basic, ByClient, ByPassword, FarSide, far_side
from crossdesk.exchange.channels.servicenow.trouble import Trouble

CASE = {"short_description": "No IF-021 since noon", "impact": "1", "urgency": "2"}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with far_side() as far:
        yield far


@pytest.fixture(autouse=True)
def _no_faults(far: FarSide) -> None:
    far.instance.faults.ordered.clear()
    far.instance.requests.clear()


def refused(desk: Desk, key: str) -> Trouble:
    with pytest.raises(Trouble) as caught:
        desk.raise_once(key, CASE)
    return caught.value


def count(far: FarSide, key: str) -> int:
    return sum(each["correlation_id"] == key for each in far.instance.tables["incident"].values())


def test_a_case_is_raised_once_with_both_keys_and_priority_read_back(far: FarSide) -> None:
    raised = far.desk().raise_once("leg-1", CASE)
    row = far.instance.incident(raised.record.number)
    assert (row["correlation_id"], row["correlation_display"]) == ("leg-1", "Crossdesk")
    assert row["caller_id"] == far.tenant.caller
    assert (raised.found, raised.record.raw_state, raised.record.priority) == (False, "1", "2")
    again = far.desk().raise_once("leg-1", CASE)
    assert (again.found, again.record.sys_id, count(far, "leg-1")) == (True, raised.record.sys_id, 1)


def test_a_create_that_timed_out_and_landed_is_found_and_not_repeated(far: FarSide) -> None:
    far.instance.faults.order("landed", method="POST", path="/table/incident", seconds=1.0)
    raised = far.hasty().raise_once("leg-2", CASE)
    assert (raised.found, count(far, "leg-2")) == (True, 1)


def test_a_create_that_failed_without_landing_is_tried_again_later(far: FarSide) -> None:
    far.instance.faults.order("error", method="POST", path="/table/incident")
    trouble = refused(far.desk(), "leg-3")
    assert (trouble.forever, trouble.credential, count(far, "leg-3")) == (False, False, 0)
    assert far.desk().raise_once("leg-3", CASE).found is False


def test_a_page_instead_of_data_is_no_success(far: FarSide) -> None:
    for kind in ("garbage", "hibernating"):
        far.instance.faults.order(kind, method="POST", path="/table/incident")
        trouble = refused(far.desk(), f"leg-{kind}")
        assert "asleep" in trouble.because
        assert not trouble.forever


def test_an_import_set_makes_or_finds_the_record_and_a_failed_transform_is_no_success(far: FarSide) -> None:
    desk = far.desk(staging="u_imp_cases", columns={"short_description": "u_title"})
    raised = desk.raise_once("leg-4", CASE)
    row = far.instance.incident(raised.record.number)
    assert (raised.found, row["short_description"], row["priority"]) == (False, CASE["short_description"], "2")
    assert desk.raise_once("leg-4", CASE).record.sys_id == raised.record.sys_id
    with pytest.raises(Trouble, match="Resolution code") as caught:
        desk.raise_once("leg-5", CASE | {"state": "6"})
    assert caught.value.forever
    assert count(far, "leg-5") == 0


def test_an_import_that_timed_out_is_looked_for(far: FarSide) -> None:
    far.instance.faults.order("landed", method="POST", path="/import/", seconds=1.0)
    hasty = far.hasty()
    hasty.tenant = hasty.api.tenant = far.desk(staging="u_imp_cases").tenant
    assert hasty.raise_once("leg-6", CASE).found
    assert count(far, "leg-6") == 1


def test_our_account_is_refused_and_everything_waits(far: FarSide) -> None:
    assert refused(far.desk(credential=Basic("crossdesk", "wrong")), "leg-7").credential


def test_a_change_that_their_policy_refuses_is_a_matter_of_that_change_alone(far: FarSide) -> None:
    raised = far.desk().raise_once("leg-8", CASE)
    with pytest.raises(Trouble, match="Resolution code, Resolution notes") as caught:
        far.desk().change(raised.record.sys_id, {"state": "6"})
    assert (caught.value.forever, caught.value.credential) == (True, False)
    with pytest.raises(Trouble, match="this change") as denied:
        far.desk(credential=Basic("reader", "reader")).raise_once("leg-9", CASE)
    assert (denied.value.forever, denied.value.credential) == (True, False)


def test_a_rate_limit_is_waited_for_as_long_as_it_says(far: FarSide) -> None:
    far.instance.settings.requests_per_hour["crossdesk"] = 0
    trouble = refused(far.desk(), "leg-10")
    del far.instance.settings.requests_per_hour["crossdesk"]
    assert trouble.retry_after is not None
    assert timedelta() < trouble.retry_after <= timedelta(hours=1)
    far.instance.faults.order("throttled")
    assert refused(far.desk(), "leg-10").retry_after is None


def test_nobody_answers_or_too_late(far: FarSide) -> None:
    down = refused(far.desk(base=f"http://127.0.0.1:{free_port()}"), "leg-11")
    assert (down.forever, down.landed) == (False, False)
    far.instance.faults.order("slow", method="GET", seconds=1.0)
    slow = refused(far.hasty(), "leg-11")
    assert (slow.forever, slow.landed, count(far, "leg-11")) == (False, False, 0)


def test_a_token_is_asked_for_once_and_anew_when_it_is_revoked(far: FarSide) -> None:
    desk = far.desk(credential=ByPassword("c1", "c1-secret", "crossdesk", "s3cret"))
    desk.raise_once("leg-12", CASE)
    desk.find("leg-12")
    assert far.instance.requests.count("POST /oauth_token.do") == 1
    far.instance.tokens.clear()
    assert desk.find("leg-12")
    assert far.instance.requests.count("POST /oauth_token.do") == 2
    switched_off = refused(far.desk(credential=ByClient("c1", "c1-secret")), "leg-13")
    assert switched_off.credential


def test_comments_cross_once_each_and_work_notes_never(far: FarSide) -> None:
    desk = far.desk()
    record = desk.raise_once("leg-14", CASE).record
    far.person.note(record.number, "Their customer is angry")
    far.person.comment(record.number, "Looking")
    desk.say(record.sys_id, "m-1", "Any news?", {})
    entries = desk.entries([record.sys_id])
    assert [each.words.splitlines()[0] for each in entries] == ["Looking", "Any news?"]
    assert [mark_in(each.words) for each in entries] == ["", mark_of("m-1")]
    assert len({each.sys_id for each in entries}) == 2
    assert desk.said(record.sys_id, "m-1")
    assert not desk.said(record.sys_id, "m-2")


def test_a_mark_says_that_the_whole_comment_is_ours_and_a_reply_that_quotes_it_is_theirs() -> None:
    ours = signed("Any news?\nWe wait.", "m-1")
    assert mark_in(ours) == mark_in(ours.replace("\n", "\r\n") + "\n") == mark_of("m-1")
    assert mark_in(f"{ours}\nand we answer: no") == ""
    assert mark_in(f"No.\n-----Original message-----\n{ours}") == ""


def test_our_answer_ends_awaiting_caller(far: FarSide) -> None:
    desk = far.desk()
    record = desk.raise_once("leg-15", CASE).record
    far.person.ask_the_caller(record.number, "Which MPANs?")
    assert desk.tenant.states.mapped(desk.read(record.sys_id).raw_state) == "pending_us"
    after = desk.say(record.sys_id, "m-3", "These", desk.tenant.states.asked_by("supply-info"))
    assert desk.tenant.states.mapped(after.raw_state) == "in_progress"


def test_states_are_the_agreements_own_and_an_unknown_one_is_never_guessed(far: FarSide) -> None:
    base = StateMap()
    assert [base.mapped(each) for each in ("1", "2", "3/1", "3/4", "3", "6", "7", "8", "99", "")] == [
        "acknowledged",
        "in_progress",
        "pending_us",
        "pending_them",
        UNKNOWN,
        "resolved",
        "closed",
        "declined",
        UNKNOWN,
        UNKNOWN,
    ]
    own = StateMap({"10": "in_progress"}, {})
    assert (own.mapped("10"), own.mapped("2"), own.asked_by("dispute")) == ("in_progress", UNKNOWN, {})


def test_polling_tells_each_version_once_and_steps_over_short_pages(far: FarSide) -> None:
    desk = far.desk(display="Polling")
    for number in range(7):
        title = "hidden" if number in (2, 3, 4) else "seen"
        desk.raise_once(f"poll-{number}", CASE | {"short_description": title})
    blind = far.desk(display="Polling", credential=Basic("blind", "blind"))
    first = polling.changed(blind, LONG_AGO, {}, page=2)
    assert [each.correlation_id for each in first.changed] == ["poll-0", "poll-1", "poll-5", "poll-6"]
    seen = {each.sys_id: each.mod_count for each in first.changed}
    assert polling.changed(blind, first.up_to, seen).changed == ()
    far.person.begin(first.changed[1].number)
    second = polling.changed(blind, first.up_to, seen)
    assert [(each.correlation_id, each.raw_state) for each in second.changed] == [("poll-1", "2")]


def test_files_go_within_the_agreement_and_once(far: FarSide) -> None:
    desk = far.desk(largest_file=10, most_files=3, extensions=frozenset({"txt"}))
    record = desk.raise_once("leg-16", CASE).record
    files = [
        ToAttach("log.txt", "text/plain", b"timeout"),
        ToAttach("big.txt", "text/plain", b"x" * 11),
        ToAttach("run.exe", "", b"MZ"),
        ToAttach("more.txt", "text/plain", b"more"),
    ]
    left = desk.attach(record.sys_id, files)
    assert len(left) == 3
    assert all("was not sent" in each for each in left)
    desk.attach(record.sys_id, files)
    there = desk.files(record.sys_id)
    assert [(each.name, each.attached_by) for each in there] == [("log.txt", "crossdesk")]
    assert desk.content(there[0]) == b"timeout"
    far.instance.settings.extensions = ("pdf",)
    assert "was not taken" in desk.attach(record.sys_id, [ToAttach("new.txt", "text/plain", b"new")])[0]
    far.instance.settings.extensions = ()


def test_a_probe_says_what_to_mend(far: FarSide) -> None:
    assert polling.probe(far.desk()).well
    wrong = polling.probe(far.desk(credential=Basic("crossdesk", "wrong")))
    assert (wrong.well, wrong.credential) == (False, True)
    assert not polling.probe(far.desk(base=f"http://127.0.0.1:{free_port()}")).well


def test_what_is_no_record_of_ours_is_not_believed(far: FarSide) -> None:
    far.person.change(far.desk().raise_once("leg-17", CASE).record.number, correlation_display="Another")
    assert far.desk().find("leg-17") is None
    with pytest.raises(Trouble, match="sys_id"):
        far.desk().read("../sys_user")
    with pytest.raises(Trouble, match="encoded query"):
        far.desk().find("leg^ORactive=true")
