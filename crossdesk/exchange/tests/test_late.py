"""Letters that come after the end, or from somebody who has just lost the right to write them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crossdesk.access import NotAllowed
from crossdesk.cases import closing, leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.exchange import late, receiving
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import OutboxItem, RawMail
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
from crossdesk.parties.models import Contact, Membership
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
THEM = "Ann Hill <service@pennine.example>"
RAISER = "ops@sycamore.example"
Fate = RawMail.Fate


@pytest.fixture
def leg(here: Cast) -> Leg:
    return engaged(here)


@pytest.fixture
def closed(here: Cast, leg: Leg) -> Case:
    nominate(here.sycamore, RAISER)
    leg_work.resolve(leg, by=here.nia, at=NOON, words="Done.")
    leg_work.confirm(leg, by=here.nia, at=NOON)
    closing.resolve(leg.case, by=here.nia, at=NOON, words="Done.")
    closing.confirm(leg.case, by=here.priya, at=NOON)
    return leg.case


def answers(kind: str = "late") -> list[str]:
    with verbs():
        return list(OutboxItem.objects.filter(kind=kind).values_list("to_address", flat=True))


def stage(case: Case) -> str:
    with verbs():
        return Case.objects.get(pk=case.pk).stage


def to_leg(leg: Leg) -> str:
    return addresses().reply_address(Kind.LEG, leg.pk)


def raiser_writes(case: Case, words: str, at: datetime = LATER, **headers: str) -> RawMail:
    content = written(RAISER, DESK, f"Re: {case.reference}", words, **headers).as_bytes()
    receiving.store(RawLetter(content, RAISER, (DESK,), at, Transport.SMTP))
    receiving.process_waiting(lambda: at)
    with verbs():
        return RawMail.objects.latest("pk")


def test_the_engaged_desk_s_letter_waits_for_a_person_and_is_answered_once(closed: Case, leg: Leg) -> None:
    first = arrive(written(THEM, to_leg(leg), "Re", "One more thing."), to_leg(leg))
    arrive(written(THEM, to_leg(leg), "Re", "And another."), to_leg(leg))
    assert (first.fate, first.leg_id) == (Fate.UNMATCHED, leg.pk)
    assert answers() == ["service@pennine.example"]


def test_the_answer_says_what_becomes_of_the_letter(closed: Case, leg: Leg, office: PostOffice) -> None:
    send_due(lambda: LATER)
    before = len(office.letters)
    raiser_writes(closed, "It is back.")
    send_due(lambda: LATER)
    words = words_of(office.letters[before])
    assert "closed already" in words
    assert "begin with the word REOPEN" in words
    assert "You get this answer once" in words


def test_a_machine_is_never_answered_and_reopens_nothing(closed: Case, leg: Leg) -> None:
    machine = {"Auto_Submitted": "auto-generated", "X_ServiceNow_Generated": "true"}
    arrive(written(THEM, to_leg(leg), "Incident INC0012345 closed", "Reopen", **machine), to_leg(leg))
    raiser_writes(closed, "REOPEN", Auto_Submitted="auto-generated")
    assert (answers(), stage(closed)) == ([], Stage.CLOSED)


@pytest.mark.parametrize("words", ["REOPEN\n\nIt is back.", "Please reopen: it is back.", "re-open. It is back."])
def test_the_raiser_s_word_reopens_within_the_window(closed: Case, words: str) -> None:
    mail = raiser_writes(closed, words)
    assert (mail.fate, stage(closed), answers("reopened")) == (Fate.FILED, Stage.TRIAGE, [RAISER])
    with verbs():
        entry = Entry.objects.select_related("body").get(thread=closed.pk, kind="case.reopen")
    assert "it is back" in entry.body.words.lower()
    assert mail.entry_id == entry.pk


def test_any_other_word_of_the_raiser_s_reopens_nothing(closed: Case) -> None:
    mail = raiser_writes(closed, "Thank you. No need to reopen.")
    assert (mail.fate, stage(closed), answers()) == (Fate.UNMATCHED, Stage.CLOSED, [RAISER])


def test_after_the_window_nothing_reopens_and_the_answer_says_so(closed: Case, office: PostOffice) -> None:
    afterwards = LATER + timedelta(days=29)
    send_due(lambda: LATER)
    before = len(office.letters)
    assert raiser_writes(closed, "REOPEN", afterwards).fate == Fate.UNMATCHED
    assert stage(closed) == Stage.CLOSED
    send_due(lambda: afterwards)
    assert "time for reopening has passed" in words_of(office.letters[before])


def test_an_engaged_desk_s_word_reopens_nothing(closed: Case, leg: Leg) -> None:
    arrive(written(THEM, to_leg(leg), "Re", "REOPEN"), to_leg(leg))
    assert stage(closed) == Stage.CLOSED


def test_a_person_reopens_with_the_letter(here: Cast, closed: Case) -> None:
    mail = raiser_writes(closed, "It is back.")
    with pytest.raises(NotAllowed, match="not written to your desk"):
        late.reopen_with(mail, by=here.gwen, at=LATER)
    late.reopen_with(mail, by=here.nia, at=LATER)
    with verbs():
        mail.refresh_from_db()
        said = Entry.objects.filter(thread=closed.pk).exclude(kind__startswith="clock.").order_by("-seq")
        words = list(said.values_list("body__words", flat=True)[:2])
    assert (stage(closed), mail.fate, mail.handled_by) == (Stage.TRIAGE, Fate.FILED, "Nia Bevan")
    assert words == ["It is back.", f"Reopened because of a letter of {RAISER}."]


def test_a_person_files_the_letter_as_a_note(here: Cast, closed: Case, leg: Leg) -> None:
    mail = arrive(written(THEM, to_leg(leg), "Re", "For your records."), to_leg(leg))
    late.file_as_note(mail, by=here.nia, at=LATER)
    with verbs():
        entry = Entry.objects.select_related("body").filter(thread=closed.pk).latest("seq")
    assert (stage(closed), entry.body.words, set(entry.seats)) == (Stage.CLOSED, "For your records.", set(leg.seats))


def test_a_reply_on_a_withdrawn_leg_is_kept_answered_and_changes_nothing(here: Cast, leg: Leg) -> None:
    leg_work.withdraw(leg, by=here.nia, at=NOON, why="Found it ourselves.")
    mail = arrive(written(THEM, to_leg(leg), "Re", "We have it."), to_leg(leg))
    assert (mail.fate, mail.leg_id, answers()) == (Fate.UNMATCHED, leg.pk, ["service@pennine.example"])
    assert "withdrawn already" in mail.why
    with verbs():
        assert Leg.objects.get(pk=leg.pk).stage == "withdrawn"


def test_a_made_up_reply_address_is_neither_filed_nor_answered(leg: Leg) -> None:
    forged = to_leg(leg).replace("+", "+a", 1)
    mail = arrive(written(THEM, forged, "Re", "Close it."), forged)
    assert (mail.fate, answers()) == (Fate.UNMATCHED, [])
    assert "not made by us" in mail.why


def test_a_contact_that_was_ended_a_second_ago_is_nobody(here: Cast, closed: Case) -> None:
    with verbs():
        Contact.objects.filter(address=RAISER).update(ended_at=LATER - timedelta(seconds=1))
    mail = raiser_writes(closed, "REOPEN")
    assert (mail.fate, stage(closed), answers(), answers("reopened")) == (Fate.UNMATCHED, Stage.CLOSED, [], [])
    assert "not registered" in mail.why


def test_a_membership_that_ended_a_second_ago_gives_nothing(here: Cast, leg: Leg) -> None:
    with verbs():
        Membership.objects.filter(person=here.priya.person).update(until=LATER - timedelta(seconds=1))
        before = Entry.objects.count()
    mail = arrive(written("priya@sycamore.example", DESK, f"Re: {leg.case.reference}", "It is back."))
    with verbs():
        assert (mail.fate, Entry.objects.count()) == (Fate.UNMATCHED, before)
