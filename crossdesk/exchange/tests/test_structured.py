"""Letters that say what they are: as lines they begin with, or as `case.json` beside their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from hashlib import sha256

import pytest

from crossdesk.access import Role
from crossdesk.cases import closing, leg_work, triage
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Outcome, Stage
from crossdesk.cases.material import Evidence
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.desks import agreements
from crossdesk.desks.agreements import Said
from crossdesk.desks.ways import Meaning, Ways
from crossdesk.exchange.carrying import FILE, STRUCTURED, token_of
from crossdesk.exchange.letters.address import Kind as Box
from crossdesk.exchange.letters.compose import WRITE_ABOVE
from crossdesk.exchange.messages.message import MEDIA_TYPE, File, Kind, Message, read_message
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
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
THEM = "Ann Hill <service@pennine.example>"
RAISER = "ops@sycamore.example"
Fate = RawMail.Fate


@pytest.fixture
def leg(here: Cast) -> Leg:
    return engaged(here)


def agreed(here: Cast, **ways: object) -> None:
    """Pennine Grid wants to be told, and tells, by structured letters."""
    theirs = somebody("Pat Reed", here.pennine, Role.ADMINISTRATOR)
    ours = somebody("Una Fox", here.elexon, Role.ADMINISTRATOR)
    said = Said(ways=Ways.model_validate({"profile": STRUCTURED, **ways}), words="Structured letters")
    early = NOON - timedelta(days=1)
    with verbs():
        terms = agreements.propose(here.pennine, here.elexon, here.pennine_service, said, by=theirs, at=early)
        agreements.accept(terms, by=ours, at=early)


def reply_to(leg: Leg) -> str:
    return addresses().reply_address(Box.LEG, leg.pk)


def again(leg: Leg) -> Leg:
    with verbs():
        return Leg.objects.select_related("case", "to_desk", "from_desk").get(pk=leg.pk)


def last_words(case: Case) -> str:
    with verbs():
        return Entry.objects.filter(thread=case.pk).exclude(body=None).select_related("body").latest("seq").body.words


def message(kind: Kind, words: str = "", **more: object) -> Message:
    said = {"id": f"their-{kind}-{words[:9].replace(' ', '')}", "link": "THEIRS.1", "kind": kind, "seq": 1}
    return Message.model_validate({**said, "occurred_at": NOON, "words": words, "our_number": "PN-4711", **more})


def carrying(said: Message | bytes, to: str, *, sender: str = THEM, words: str = "See the file.") -> EmailMessage:
    body = said if isinstance(said, bytes) else said.encoded()
    letter = written(sender, to, "Your case", words, Message_ID=f"<{sha256(body).hexdigest()[:20]}@there.example>")
    main, _, sub = MEDIA_TYPE.partition("/")
    letter.add_attachment(body, maintype=main, subtype=sub, filename=FILE)
    return letter


def block(*lines: str, words: str = "Words of theirs.") -> str:
    return "\n".join([*lines, "", words]) + "\n"


# Out


def test_every_letter_says_its_kind_and_only_an_agreed_one_brings_the_message(here: Cast, office: PostOffice) -> None:
    engaged(here)
    send_due(lambda: NOON)
    assert "Kind: raise\n" in words_of(office.letters[0])
    assert [each.get_filename() for each in office.letters[0].iter_attachments()] == []


def test_an_agreed_letter_carries_the_message_beside_its_words(here: Cast, office: PostOffice) -> None:
    agreed(here)
    leg = engaged(here)
    send_due(lambda: NOON)
    part = next(office.letters[0].iter_attachments())
    assert (part.get_filename(), part.get_content_type()) == (FILE, MEDIA_TYPE)
    said = read_message(part.get_content())
    assert (said.kind, said.seq, said.our_number) == (Kind.RAISE, 1, leg.case.reference)
    assert said.about is not None
    assert said.about.title == leg.case.summary
    assert office.letters[0]["Message-ID"].startswith(f"<{said.id}@")
    assert office.letters[0]["Reply-To"].startswith(f"desk+{said.link}@")


def test_a_conversation_with_a_raiser_keeps_its_name(here: Cast) -> None:
    nominate(here.sycamore, RAISER)
    case = here.case()
    with verbs():
        triage.take(case, by=here.nia, at=NOON)
        triage.own(case, by=here.nia, at=NOON)
        closing.resolve(case, by=here.nia, at=LATER, words="Mended.")
        items = list(OutboxItem.objects.filter(case=case).order_by("number"))
        assert len(items) == 2
        assert token_of(items[0]) == token_of(items[1])


# In: as lines


@dataclass(frozen=True)
class Told:
    lines: tuple[str, ...]
    stage: str


@pytest.mark.parametrize(
    "told",
    [
        Told(("Kind: receipt", "Our-Ref: PN-4711"), LegStage.ACKNOWLEDGED),
        Told(("Kind: request-info", "Action-needed-by: 2026-11-25 12:00"), LegStage.PENDING_US),
        Told(("Kind: Propose Resolution",), LegStage.RESOLVED),
        Told(("Kind: update", "State: in progress"), LegStage.IN_PROGRESS),
        Told(("State: Resolved",), LegStage.RESOLVED),
    ],
    ids=lambda told: told.lines[0],
)
def test_lines_move_a_leg_as_what_they_say(leg: Leg, told: Told) -> None:
    mail = arrive(written(THEM, reply_to(leg), "Your case", block(*told.lines)), reply_to(leg))
    assert (mail.fate, again(leg).stage) == (Fate.FILED, told.stage), mail.why


def test_a_refusal_says_where_it_belongs(leg: Leg) -> None:
    lines = ("Kind: reject-redirect", "Redirect-To: Pennine Grid help desk", f"Your-Ref: {leg.case.reference}")
    mail = arrive(written(THEM, reply_to(leg), "Not ours", block(*lines, words="An MPAN query.")), reply_to(leg))
    assert (mail.fate, again(leg).stage) == (Fate.FILED, LegStage.DECLINED), mail.why
    assert "An MPAN query." in last_words(leg.case)


def test_our_own_lines_quoted_below_an_answer_say_nothing(leg: Leg) -> None:
    quoted = f"We look.\n\n{WRITE_ABOVE}\n\nOur-Ref: {leg.case.reference}\nKind: withdraw\n\nOurs.\n"
    arrive(written(THEM, reply_to(leg), "Re: case", quoted), reply_to(leg))
    assert again(leg).stage == LegStage.ACKNOWLEDGED
    empty = f"{WRITE_ABOVE}\n\nOur-Ref: {leg.case.reference}\nKind: reject-redirect\n\nOurs.\n"
    arrive(written(THEM, reply_to(leg), "Re: case", empty), reply_to(leg))
    assert again(leg).stage not in {LegStage.DECLINED, LegStage.WITHDRAWN}


@pytest.mark.parametrize("line", ["Kind: escalate-now", "State: Frobnicated"])
def test_what_is_not_known_is_kept_and_never_guessed(leg: Leg, line: str) -> None:
    mail = arrive(written(THEM, reply_to(leg), "Your case", block(line)), reply_to(leg))
    assert (mail.fate, mail.leg_id, again(leg).stage) == (Fate.UNMATCHED, leg.pk, LegStage.SENDING)
    assert "not known here" in mail.why


def test_their_agreed_state_counts_and_no_other(here: Cast) -> None:
    agreed(here, states={"Fixed, please check": Meaning.RESOLVED})
    leg = engaged(here)
    arrive(written(THEM, reply_to(leg), "A", block("Kind: update", "State: Resolved")), reply_to(leg))
    assert again(leg).stage == LegStage.ACKNOWLEDGED
    arrive(written(THEM, reply_to(leg), "B", block("State: Fixed, please check")), reply_to(leg))
    assert again(leg).stage == LegStage.RESOLVED


# In: as case.json


def test_a_message_moves_the_leg_and_its_files_are_evidence_once(leg: Leg) -> None:
    content = b"a,b\n1,2\n"
    named = File(name="result.csv", size=len(content), sha256=sha256(content).hexdigest())
    said = message(Kind.PROPOSE_RESOLUTION, "Loaded again.", files=[named.model_dump()])
    letter = carrying(said, reply_to(leg))
    letter.add_attachment(content, maintype="text", subtype="csv", filename="result.csv")
    mail = arrive(letter, reply_to(leg))
    assert (mail.fate, again(leg).stage) == (Fate.FILED, LegStage.RESOLVED), mail.why
    with verbs():
        assert [each.name for each in Evidence.objects.filter(case=leg.case)] == ["result.csv"]
    twice = carrying(said, reply_to(leg), words="The same in another letter.")
    del twice["Message-ID"]
    twice["Message-ID"] = "<second@there.example>"
    assert "applied already" in arrive(twice, reply_to(leg)).why


def test_one_overtaken_by_a_later_one_moves_nothing(leg: Leg) -> None:
    to = reply_to(leg)
    arrive(carrying(message(Kind.PROPOSE_RESOLUTION, "Mended.", seq=5), to), to)
    mail = arrive(carrying(message(Kind.REQUEST_INFO, "Which MPANs?", seq=4), to), to)
    assert (mail.fate, again(leg).stage) == (Fate.FILED, LegStage.RESOLVED)
    assert "only its words" in mail.why


def test_a_raiser_disputes_withdraws_and_reopens(here: Cast) -> None:
    nominate(here.sycamore, RAISER)
    case = here.case()
    with verbs():
        triage.take(case, by=here.nia, at=NOON)
        triage.own(case, by=here.nia, at=NOON)
        closing.resolve(case, by=here.nia, at=NOON, words="Mended.")
        first = OutboxItem.objects.filter(case=case).order_by("pk")[0]
    to = addresses().reply_address(Box.LETTER, first.pk)
    stages = []
    for kind, seq in ((Kind.DISPUTE, 1), (Kind.WITHDRAW, 2), (Kind.REOPEN, 3)):
        mail = arrive(carrying(message(kind, f"We {kind}.", seq=seq, link=token_here(first)), to, sender=RAISER), to)
        assert mail.fate == Fate.FILED, mail.why
        with verbs():
            stages.append(Case.objects.get(pk=case.pk).stage)
    assert stages == [Stage.ASSIGNED, Stage.CLOSED, Stage.TRIAGE]


def token_here(item: OutboxItem) -> str:
    with verbs():
        return token_of(item)


def test_a_case_raised_by_a_message_is_whole_and_answered_once(here: Cast) -> None:
    nominate(here.sycamore, RAISER)
    about = {"title": "Registrations rejected", "impact": "None can switch.", "investigated": "Logs read."}
    said = message(Kind.RAISE, "Please look.", about=about, sender={"party": "Harrier Energy"})
    letter = carrying(said, DESK, sender=RAISER)
    letter["Auto-Submitted"] = "auto-generated"
    mail = arrive(letter)
    assert mail.fate == Fate.FILED, mail.why
    with verbs():
        case = Case.objects.select_related("raiser").get()
        assert (case.raiser.name, case.summary) == ("Sycamore Energy", "Registrations rejected")
        assert list(OutboxItem.objects.values_list("kind", flat=True)) == ["received"]


# Whose word does not count


def test_a_strangers_message_moves_nothing(here: Cast, leg: Leg) -> None:
    nominate(here.harrier, "ops@harrier.example")
    said = message(Kind.REJECT_REDIRECT, "Not ours.", link=addresses().token(Box.LEG, leg.pk))
    for sender in ("ops@harrier.example", "somebody@else.example"):
        mail = arrive(carrying(said, reply_to(leg), sender=sender, words=f"From {sender}"), reply_to(leg))
        assert (mail.fate, again(leg).stage) == (Fate.UNMATCHED, LegStage.SENDING)


def test_a_forged_one_is_held_back(leg: Leg, settings: pytest.FixtureRequest) -> None:
    settings.MAIL_AUTHSERV = "mx.desk.example"  # type: ignore[attr-defined]
    mail = arrive(carrying(message(Kind.REJECT_REDIRECT, "Not ours."), reply_to(leg)), reply_to(leg))
    assert (mail.fate, again(leg).stage) == (Fate.QUARANTINED, LegStage.SENDING)


def test_one_that_names_another_conversation_waits(here: Cast, leg: Leg) -> None:
    other = engaged(here, here.case("Another case"))
    wrong = [
        message(Kind.PROPOSE_RESOLUTION, "a", link=addresses().token(Box.LEG, other.pk)),
        message(Kind.PROPOSE_RESOLUTION, "b", your_number=other.case.reference),
    ]
    for said in wrong:
        mail = arrive(carrying(said, reply_to(leg), words=said.words), reply_to(leg))
        assert (mail.fate, mail.leg_id) == (Fate.UNMATCHED, leg.pk), mail.why
        assert "another conversation" in mail.why or other.case.reference in mail.why
    assert {again(leg).stage, again(other).stage} == {LegStage.SENDING}


def test_one_that_cannot_be_read_waits_with_the_reason(leg: Leg) -> None:
    for number, body in enumerate((b"{", b'{"kind": "explode"}', b"[]")):
        mail = arrive(carrying(body, reply_to(leg), words=f"{number}"), reply_to(leg))
        assert mail.fate == Fate.UNMATCHED
        assert "case.json is not understood" in mail.why


def test_only_senders_the_agreement_names_are_heard_as_machines(here: Cast) -> None:
    agreed(here, may_send=["robot@pennine.example"])
    leg = engaged(here)
    mail = arrive(carrying(message(Kind.PROPOSE_RESOLUTION, "Done."), reply_to(leg)), reply_to(leg))
    assert (mail.fate, again(leg).stage) == (Fate.UNMATCHED, LegStage.SENDING)


def test_after_the_end_nothing_moves_and_a_repeated_close_is_no_trouble(here: Cast, leg: Leg) -> None:
    leg_work.withdraw(leg, by=here.nia, at=NOON, why="Ours after all.")
    closed = arrive(carrying(message(Kind.CLOSE, ""), reply_to(leg)), reply_to(leg))
    assert (closed.fate, again(leg).stage) == (Fate.FILED, LegStage.WITHDRAWN)
    late = arrive(carrying(message(Kind.PROPOSE_RESOLUTION, "Done."), reply_to(leg)), reply_to(leg))
    assert (late.fate, late.leg_id) == (Fate.UNMATCHED, leg.pk)
    assert again(leg).case.outcome != Outcome.FIXED
