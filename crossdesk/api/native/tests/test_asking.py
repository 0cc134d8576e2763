"""Pages of a list, what was read before a change, requests sent again, and bodies that cannot be used."""

from __future__ import annotations

from typing import Any

import pytest

from crossdesk.api.native.tests.speaking import RAISE, Machine, raised, told
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs


def test_cases_are_listed_a_page_at_a_time_each_once(
    here: Cast, elexon: Machine, django_assert_num_queries: Any
) -> None:
    with verbs():
        Party.objects.filter(pk=here.elexon.pk).update(short_name="Elexon")
    own, other = Machine(here.elexon), Machine(here.sycamore)
    made = [raised(other, summary=f"Case {number}") for number in range(5)]
    made += [raised(own, summary=f"Own {number}") for number in range(3)]
    found, path = [], "cases?limit=3"
    while path:
        answer = own.ask("GET", path)
        found += [each["reference"] for each in told(answer)["cases"]]
        path = answer["Link"].split(">")[0].split("localhost", 1)[1] if "Link" in answer else ""
    assert found == [each.partition("/")[2] for each in reversed(made)]
    assert len(own.get("cases?part=owns&stage=raised&open=true&system=dip&limit=100")["cases"]) == 8
    assert own.get("cases?stage=closed")["cases"] == []
    with django_assert_num_queries(20):
        own.get("cases?limit=100")


@pytest.mark.parametrize("query", ["stages=raised", "stage=gone", "limit=0", "limit=101", "after=x", "after=MQ"])
def test_a_filter_nobody_knows_is_refused(elexon: Machine, query: str) -> None:
    assert elexon.ask("GET", f"cases?{query}").status_code == 422


def test_a_timeline_goes_on_from_a_sequence(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    newest = sycamore.get(at)["newest"]
    elexon.do(f"{at}/take")
    elexon.do(f"{at}/own")
    answer = sycamore.ask("GET", f"{at}/timeline?since={newest}&limit=1")
    assert [each["kind"] for each in told(answer)["entries"]] == ["case.take"]
    further = answer["Link"].split(">")[0].split("localhost", 1)[1]
    rest = [each["kind"] for each in sycamore.get(further.replace("limit=1", "limit=50"))["entries"]]
    assert ("case.take" in rest, "case.own" in rest) == (False, True)


# Conditions


def test_a_change_names_what_was_read(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    read = elexon.ask("GET", at)
    assert read["ETag"] == elexon.ask("GET", at)["ETag"]
    assert elexon.ask("GET", at, if_none_match=read["ETag"]).status_code == 304
    assert elexon.ask("POST", f"{at}/take", {}).status_code == 428
    sycamore.do(f"{at}/words", {"words": "More."}, status=201)
    stale = elexon.ask("POST", f"{at}/take", {}, if_match=read["ETag"])
    assert stale.status_code == 412
    fresh = elexon.ask("GET", at)
    assert stale["ETag"] == fresh["ETag"]
    weak = elexon.ask("POST", f"{at}/take", {}, if_match=f"W/{fresh['ETag']}")
    assert weak.status_code == 412
    taken = elexon.ask("POST", f"{at}/take", {}, if_match=f'"other", {fresh["ETag"]}')
    assert (taken.status_code, taken["ETag"]) == (200, elexon.ask("GET", at)["ETag"])


def test_raising_again_with_the_same_key_raises_once(here: Cast, sycamore: Machine, elexon: Machine) -> None:
    assert sycamore.ask("POST", "cases", RAISE).status_code == 400
    first = sycamore.ask("POST", "cases", RAISE, idempotency_key="a")
    again = sycamore.ask("POST", "cases", RAISE, idempotency_key="a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (told(first), first["Location"], first["ETag"]) == (told(again), again["Location"], again["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    other = sycamore.ask("POST", "cases", RAISE | {"summary": "Another"}, idempotency_key="a")
    assert (other.status_code, told(other)["type"]) == (422, "/api/problems#other-request")
    assert Machine(here.sycamore).ask("POST", "cases", RAISE, idempotency_key="a").status_code == 201
    with verbs():
        assert Case.objects.count() == 2


def test_an_act_sent_again_is_done_once_and_what_failed_may_be_sent_again(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    tag = elexon.ask("GET", at)["ETag"]
    assert elexon.ask("POST", f"{at}/own", {}, if_match=tag, idempotency_key="o").status_code == 409
    for _ in range(2):
        assert elexon.ask("POST", f"{at}/take", {}, if_match=tag, idempotency_key="t").status_code == 200
    elexon.do(f"{at}/own", idempotency_key="o")
    with verbs():
        assert Entry.objects.filter(kind="case.take").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "at"),
    [
        (b"{", 400, ""),
        (b"[]", 422, ""),
        (b" " * (5 * 2**20 + 1), 413, ""),
        (RAISE | {"sumary": "x"}, 422, "sumary"),
        (RAISE | {"summary": "x\x00"}, 422, "summary"),
        (RAISE | {"summary": 7}, 422, "summary"),
        (b'{"summary": "\\ud800"}', 422, "summary"),
        (RAISE | {"started_at": "2026-11-24T12:00:00"}, 422, "started_at"),
        (RAISE | {"started_at": "9999-12-31T23:59:59-12:00"}, 422, "started_at"),
        (RAISE | {"references": [{"kind": "mpan", "values": []}]}, 422, "references.0.values"),
    ],
)
def test_a_body_that_cannot_be_used_is_told_where(sycamore: Machine, body: Any, status: int, at: str) -> None:
    answer = sycamore.ask("POST", "cases", body, idempotency_key="b")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not at or at in [each["at"] for each in told(answer)["errors"]]
