"""The form: what is accepted, and what each refusal says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Moved, NotAllowed, Refused, Role
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.tests.cast import NOON, somebody
from crossdesk.requests.catalogue import shelves
from crossdesk.requests.checking import Unfit, cleaned
from crossdesk.requests.models import Request
from crossdesk.requests.questions import whole
from crossdesk.requests.tests.conftest import DIP_ID, Asking
from crossdesk.rulebook import packaged
from crossdesk.threads.viewer import verbs, viewing

TODAY = NOON.date().isoformat()
REMOVAL = {"dip-id": "2300000001", "role": "supplier", "date": "2026-12-24"}
ACCESS = {"email": "a@b.example", "admin-role": "Both", "environment": "User testing (UIT)"}
PARTNER = {"role": "supplier", "partner": "9" * 15, "from": TODAY}
CERTIFICATE = {"dip-id": "2300000001", "for": "Both", "environment": "User testing (UIT)", "domain": "https://dip/x"}
WRONG: list[tuple[str, dict[str, str], str, str]] = [
    ("dip-id", {"mpid": "SYC", "role": "supplier"}, "mpid", "“SYC” is no MPID"),
    ("dip-id", {"mpid": "HARR", "role": "supplier"}, "mpid", "not an MPID of Sycamore Energy. It holds: SYCA, SYCM."),
    ("dip-id", {"mpid": "SYCA", "role": "ldso"}, "role", "does not hold the role of Licensed distribution system"),
    ("dip-id", {"mpid": "SYCA", "role": "mss"}, "role", "not held in the role of Metering service, smart."),
    ("dip-id", {"mpid": "SYCA", "role": "no-such-role"}, "role", "does not hold the role of that"),
    ("dip-id", {"mpid": "", "role": "supplier"}, "mpid", "Fill in “MPID”."),
    ("dip-id", DIP_ID | {"from": "2026-11-23"}, "from", "lies in the past; the first day possible is today"),
    ("dip-id", DIP_ID | {"from": "24/11/2026"}, "from", "is not a day; write it like 2026-11-24"),
    ("dip-id", DIP_ID | {"from": "9999-01-01"}, "from", "look at the year"),
    ("role-removal", REMOVAL | {"dip-id": "23000000"}, "dip-id", "it has ten characters"),
    ("role-removal", REMOVAL | {"dip-id": "2300000002"}, "dip-id", "not a DIP ID of Sycamore"),
    ("role-removal", REMOVAL | {"date": TODAY}, "date", "is too soon"),
    ("portal-access", ACCESS | {"email": "nobody"}, "email", "not an e-mail"),
    ("portal-access", ACCESS | {"admin-role": "Owner"}, "admin-role", "Choose one of"),
    ("connection-provider", PARTNER, "partner", "Choose another organisation"),
    ("information", {"about": "Market data", "question": "x" * 5000}, "question", "takes 4,000 characters; yours has"),
    ("certificate", CERTIFICATE, "domain", "without https"),
]


def test_a_wrong_answer_is_told_beside_its_field(it: Asking) -> None:
    for item, answers, field, says in WRONG:
        with pytest.raises(Unfit) as refused:
            it.ask(item, answers)
        assert list(refused.value.by_field) == [field]
        assert says in refused.value.by_field[field]
    with verbs():
        assert not Request.objects.exists()


def test_a_request_is_a_case_with_its_priority_its_plan_and_its_next_action(it: Asking) -> None:
    request = it.ask("dip-id", {"mpid": " syca ", "role": "supplier"})
    case = request.case
    assert (case.kind, case.priority, case.summary) == (Case.Kind.REQUEST, 4, "A new DIP ID: SYCA")
    with viewing(it.here.priya):
        seen = whole(Case.objects.select_related("raiser", "owner").get(pk=case.pk))
        assert seen is not None
        assert seen.state == "waiting for approval"
        assert seen.shown == [("MPID", "SYCA"), ("Market role", "Supplier")]
        assert [each.waiting for each in seen.approvals] == [True, False]
        standing = Standing.objects.get(case=case, seat=it.here.sycamore.seat_id)
        assert (standing.ball, standing.next_who, standing.next_what) == (
            "us", "Sycamore Energy", "approve it, or refuse",
        )  # fmt: skip


def test_only_those_the_catalogue_names_may_ask(it: Asking) -> None:
    with pytest.raises(NotAllowed, match="Pennine Grid holds none of these roles here"):
        it.ask("solr-transfer", {}, by=it.here.gwen)
    with pytest.raises(NotAllowed, match="Auditors read"):
        it.ask("dip-id", DIP_ID, by=somebody("Ada Audit", it.here.sycamore, Role.AUDITOR))
    with pytest.raises(Refused, match="no such request"):
        it.ask("no-such-thing", {}, edition="x")


def test_a_form_of_an_older_edition_is_looked_at_again(it: Asking) -> None:
    with pytest.raises(Moved, match="was changed since you opened it"):
        it.ask("dip-id", DIP_ID, edition="0123456789abcdef")
    with verbs():
        assert not Request.objects.exists()


def test_hostile_text_is_kept_as_words_without_what_nobody_sees(it: Asking) -> None:
    hostile = "<script>alert(1)</script>\0\u202e'; drop table cases; --\u200b{{ 7*7 }}"
    request = it.ask("information", {"about": "Market data", "question": hostile})
    with viewing(it.here.nia):
        seen = whole(Case.objects.get(pk=request.pk))
        assert seen is not None
        assert dict(seen.shown)["What you need to know"] == (
            "<script>alert(1)</script>'; drop table cases; --{{ 7*7 }}"
        )
    assert cleaned("one\ntwo\tthree", "text") == "one twothree"


def test_the_catalogue_is_searched_by_what_people_call_it(it: Asking) -> None:
    with viewing(it.here.priya):
        found = shelves(packaged(), it.here.sycamore.pk, "Sycamore Energy", "stolen key")
        assert [[each.item.key for each in shelf.offers] for shelf in found] == [["certificate-revoke"]]
        every = shelves(packaged(), it.here.pennine.pk, "Pennine Grid")
    refused = [each.item.key for shelf in every for each in shelf.offers if each.why_not]
    assert refused == ["solr-transfer"]


def test_a_day_is_a_day_in_london(it: Asking) -> None:
    """Half an hour before midnight UTC in summer it is tomorrow in London already."""
    late = NOON.replace(month=7, hour=23, minute=30)
    with pytest.raises(Unfit, match="lies in the past"):
        it.ask("dip-id", DIP_ID | {"from": late.date().isoformat()}, at=late)
    it.ask("dip-id", DIP_ID | {"from": (late + timedelta(hours=1)).date().isoformat()}, at=late)
