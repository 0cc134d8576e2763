"""Desks' own habits: tags and numbers in subjects, watermarks in bodies, products that write for them."""

from __future__ import annotations

import pytest

from crossdesk.cases import leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast
from crossdesk.exchange.letters.address import Kind as Box
from crossdesk.exchange.letters.matching import TheirReference, tag_for, their_reference, watermark
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.letters.subjects import without_tag
from crossdesk.exchange.letters.tests.corpus import letter
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import (
    DESK,
    LATER,
    PostOffice,
    arrive,
    engaged,
    nominate,
    words_of,
    written,
)
from crossdesk.threads.viewer import verbs

THEM = "Pennine Service Desk <service@pennine.example>"
MARK = "Ref:MSG0003847_kQ3ZfNwYtB7uEoPcRvXd"
SERVICENOW = {
    "X_ServiceNow_Generated": "true",
    "X_ServiceNow_SysEmail_Version": "2",
    "Auto_Submitted": "auto-generated",
    "Precedence": "bulk",
}
Fate = RawMail.Fate


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("[INC0012345] Readings missing", "INC0012345"),
        ("Re: [Ticket#2026112410000018] Readings", "2026112410000018"),
        ("[Ticket #4711] Readings", "4711"),
        ("[desk.pennine.example #4711] Readings", "4711"),
        ("[#SR-4711] Readings", "SR-4711"),
        ("Re: [Ticket#4711] Re: [Ticket#4711] Readings", "4711"),
        ("[Ticket#4711] Re: [INC0012345] two desks' tags", None),
        ("[EXTERNAL] [v2] [Phase2] Readings", None),
        ("[CP-7K3M-9Q4X] our own", None),
    ],
)
def test_a_tag_is_their_number_where_it_is_plain_whose_it_is(subject: str, number: str | None) -> None:
    found = their_reference(read_letter(letter(Subject=subject)))
    assert found == (TheirReference("desk", number) if number else None)


def test_each_desk_gets_its_number_as_it_wrote_it() -> None:
    assert tag_for("4711", "Re: [Ticket#4711] Readings") == "[Ticket#4711]"
    assert tag_for("INC0012345", "[INC0012345] Readings") == "INC0012345"
    assert without_tag("Re: [Ticket#4711] Load of 47110 rows", "4711").split() == ["Re:", "Load", "of", "47110", "rows"]


@pytest.mark.parametrize("mark", [MARK, "Ref:MSG3846157", "Ref:PENMSG0003847_kQ3ZfNwYtB7uEoPcRvXd"])
def test_a_watermark_is_found_below_the_words(mark: str) -> None:
    assert watermark(read_letter(letter(body=f"We look.\n\n--\nUnsubscribe | Preferences\n\n{mark}\n"))) == mark
    assert watermark(read_letter(letter(body="See Ref: our contract of 2026.\n"))) == ""


@pytest.fixture
def leg(here: Cast) -> Leg:
    return engaged(here)


def reply_to(leg: Leg) -> str:
    return addresses().reply_address(Box.LEG, leg.pk)


def answered(here: Cast, leg: Leg, office: PostOffice, words: str = "Any news?") -> str:
    """What we write next on the leg leaves in the story's mail server; its subject."""
    leg_work.update(leg, by=here.nia, at=LATER, words=words)
    send_due(lambda: LATER)
    return str(office.letters[-1]["Subject"])


@pytest.mark.django_db
def test_servicenow_gets_its_number_alone_and_its_watermark_back(here: Cast, leg: Leg, office: PostOffice) -> None:
    send_due(lambda: LATER)
    body = f"Your incident INC0012345 has been created.\n\nUnsubscribe\n\n{MARK}\n"
    mail = arrive(
        written(THEM, reply_to(leg), "Incident INC0012345 has been opened", body, **SERVICENOW), reply_to(leg)
    )
    assert mail.fate == Fate.FILED, mail.why
    subject = answered(here, leg, office)
    assert f"Re: {leg.case.reference} INC0012345 " in subject
    assert words_of(office.letters[-1]).rstrip().endswith(MARK)


@pytest.mark.django_db
def test_no_watermark_reaches_another_conversation(here: Cast, leg: Leg, office: PostOffice) -> None:
    arrive(written(THEM, reply_to(leg), "Incident INC0012345", f"Created.\n\n{MARK}\n", **SERVICENOW), reply_to(leg))
    other = engaged(here, here.case("Another case"))
    answered(here, other, office)
    assert all(MARK not in words_of(each) for each in office.letters if other.case.reference in each["Subject"])


@pytest.mark.django_db
def test_a_tag_comes_back_as_their_desk_wrote_it_and_once(here: Cast, leg: Leg, office: PostOffice) -> None:
    arrive(written(THEM, reply_to(leg), f"[Ticket#4711] Re: {leg.case.reference}", "We look."), reply_to(leg))
    assert answered(here, leg, office).count("[Ticket#4711]") == 1


@pytest.mark.django_db
def test_a_number_they_gave_is_known_among_bred_tags(leg: Leg) -> None:
    arrive(written(THEM, reply_to(leg), "[Ticket#4711] Yours", "We look."), reply_to(leg))
    mail = arrive(written(THEM, DESK, "AW: [INC0099999] WG: [Ticket#4711] Yours", "Mended."))
    assert (mail.fate, mail.leg_id) == (Fate.FILED, leg.pk), mail.why


@pytest.mark.django_db
def test_a_jira_desk_is_known_by_its_key(leg: Leg) -> None:
    jira = {"X_JIRA_FingerPrint": "b1946ac92492d2347c6235b4d2611184", "Auto_Submitted": "auto-generated"}
    arrive(written(THEM, reply_to(leg), "[JIRA] (PEN-42) Registrations", "Created.", **jira), reply_to(leg))
    mail = arrive(written(THEM, DESK, "[JIRA] (PEN-42) Registrations", "Ann commented: mended.", **jira))
    assert (mail.fate, mail.leg_id) == (Fate.FILED, leg.pk), mail.why


@pytest.mark.django_db
def test_a_raisers_tag_is_kept_for_them_and_told_to_nobody_else(here: Cast, office: PostOffice) -> None:
    nominate(here.sycamore, "ops@sycamore.example")
    arrive(written("ops@sycamore.example", DESK, "[Ticket#4711] Registrations rejected", "None can switch."))
    with verbs():
        case = Case.objects.get()
    assert case.summary == "Registrations rejected"
    engaged(here, case)
    send_due(lambda: LATER)
    to_desk = next(each for each in office.letters if "pennine" in each["To"])
    assert "4711" not in str(to_desk["Subject"]) + words_of(to_desk)
