"""Letters of an update through a real mail server: one for each recipient, and what became of it."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from django.test import Client

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.tests.cast import NOON
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.sending import send_again
from crossdesk.exchange.tests.post_office import PostOffice, arrive, written
from crossdesk.majors.models import OnIt
from crossdesk.notices import subscribing
from crossdesk.notices.delivery import report
from crossdesk.notices.models import Briefing, Recipient, Subscription
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.releasing import agree, send
from crossdesk.notices.sheet import Said
from crossdesk.notices.subscribing import Named
from crossdesk.notices.tests.conftest import LATER, Incident, contact, post
from crossdesk.notices.writing import enclose, previews
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs, viewing

MINUTE = timedelta(minutes=1)


def text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def to(office: PostOffice, address: str) -> EmailMessage:
    (letter,) = [each for each in office.letters if each["To"] == address]
    return letter


def place(it: Incident, party: Party) -> OnIt:
    with verbs():
        return OnIt.objects.get(incident=it.major, party=party)


def states(briefing: Briefing) -> dict[str, str]:
    with verbs():
        return dict(briefing.recipients.values_list("address", "state"))


def both(it: Incident) -> None:
    contact(it.here.sycamore, "ops@sycamore.example", "0161 496 0001")
    contact(it.here.harrier, "ops@harrier.example")


def test_each_recipient_gets_a_letter_of_its_own_and_learns_of_no_other(it: Incident, office: PostOffice) -> None:
    both(it)
    it.out("affected")
    assert post() == 2
    for letter in office.letters:
        others = {"ops@sycamore.example", "ops@harrier.example"} - {letter["To"]}
        assert not any(other in letter.as_string() for other in others)
        assert (letter["Cc"], letter["Bcc"]) == (None, None)
    assert "Sycamore" not in to(office, "ops@harrier.example").as_string()


def test_the_letter_holds_what_its_audience_may_read(it: Incident, office: PostOffice) -> None:
    both(it)
    subscribing.keep_reader(
        it.here.elexon_desk, Named("regulator", "Dana Cole", "Ofgem", "dana@ofgem.example"), by=it.here.nia, at=NOON
    )
    lines = [Said("happened", "It stopped.", "public"), Said("doing", "Pennine Grid runs it again.", "executives")]
    it.out("resolvers", "executives", "affected", lines=lines)
    assert post() == 4
    assert "Pennine Grid runs it again." in text(to(office, "dana@ofgem.example"))
    assert "Pennine Grid runs it again." not in text(to(office, "ops@harrier.example"))
    assert "It stopped." in text(to(office, "ops@harrier.example"))
    assert "Next update by 24 Nov 2026, 13:00 GMT." in text(to(office, "service@pennine.example"))


def test_whoever_is_in_two_audiences_gets_one_letter_the_one_that_tells_more(it: Incident, office: PostOffice) -> None:
    both(it)
    it.out("affected", "raisers", lines=[Said("you", "Hold.", "raisers"), Said("affected", "Six hundred.", "affected")])
    assert post() == 2
    assert "Six hundred." in text(to(office, "ops@sycamore.example"))


def test_a_raiser_reads_which_of_the_cases_are_its_own(it: Incident, office: PostOffice) -> None:
    both(it)
    it.out("affected")
    post()
    assert f"Your own cases under it: {it.case.reference}." in text(to(office, "ops@sycamore.example"))
    assert it.case.reference not in to(office, "ops@harrier.example").as_string()


def test_files_go_to_those_who_may_read_them(it: Incident, office: PostOffice) -> None:
    both(it)
    briefing = it.draft("resolvers", "affected")
    enclose(briefing, "steps.txt", b"Wait.\n", "text/plain", mark="affected", by=it.here.nia, at=NOON)
    enclose(briefing, "load.txt", b"Record 48,112.\n", "text/plain", mark="resolvers", by=it.here.nia, at=NOON)
    send(briefing, by=it.here.nia, at=NOON)
    leave_due(NOON + MINUTE)
    post()
    names = {each["To"]: [part.get_filename() for part in each.iter_attachments()] for each in office.letters}
    assert names == {
        "ops@sycamore.example": ["steps.txt"],
        "ops@harrier.example": ["steps.txt"],
        "service@pennine.example": ["steps.txt", "load.txt"],
    }


def test_the_second_update_threads_with_the_first(it: Incident, office: PostOffice) -> None:
    both(it)
    it.out("affected")
    it.out("affected", at=LATER)
    post()
    first, second = [each for each in office.letters if each["To"] == "ops@harrier.example"]
    assert second["In-Reply-To"] == first["Message-ID"]


# What became of them


def test_reached_n_of_m(it: Incident, office: PostOffice) -> None:
    both(it)
    briefing = it.out("affected")
    assert briefing.incident.last_update_at == briefing.out_at
    assert str(report_of(briefing)) == "Reached 0 of 2"
    post()
    assert str(report_of(briefing)) == "Reached 2 of 2"
    assert place(it, it.here.sycamore).reached == "yes"
    assert "ops@sycamore.example" in place(it, it.here.sycamore).how


def report_of(briefing: Briefing) -> object:
    with verbs():
        return report(briefing)


def test_a_contact_that_bounces_loses_nothing_and_says_whom_to_ring(it: Incident, office: PostOffice) -> None:
    both(it)
    office.unknown = {"ops@sycamore.example"}
    briefing = it.out("affected")
    assert post() == 1
    assert states(briefing) == {"ops@sycamore.example": "bounced", "ops@harrier.example": "sent"}
    reached = place(it, it.here.sycamore)
    assert (reached.reached, reached.how) == ("no", "Ring Operations, Sycamore Energy on 0161 496 0001.")
    with verbs():
        item = OutboxItem.objects.get(to_address="ops@sycamore.example")
    office.unknown = set()
    send_again(item, by=it.here.nia, at=LATER)
    post()
    assert place(it, it.here.sycamore).reached == "yes"
    assert "Registrations did not load" in text(to(office, "ops@sycamore.example"))


def test_one_of_two_contacts_that_bounces_leaves_the_party_reached(it: Incident, office: PostOffice) -> None:
    both(it)
    contact(it.here.sycamore, "second@sycamore.example")
    office.unknown = {"ops@sycamore.example"}
    it.out("affected")
    post()
    assert place(it, it.here.sycamore).reached == "yes"


def test_a_report_that_comes_later_counts_too(it: Incident, office: PostOffice) -> None:
    both(it)
    briefing = it.out("affected")
    post()
    where = next(each for each in office.envelopes if "ops@sycamore.example" in each.envelope_to)
    arrive(undelivered("ops@sycamore.example"), str(where.envelope_from), envelope_from="")
    assert states(briefing)["ops@sycamore.example"] == "bounced"
    assert place(it, it.here.sycamore).reached == "no"


def undelivered(address: str) -> bytes:
    return (
        "From: mailer-daemon@sycamore.example\r\nTo: us@desk.crossdesk.example\r\nSubject: Undelivered\r\n"
        "Message-ID: <dsn-1@sycamore.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNobody here.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; sycamore.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()


def test_a_party_without_any_contact_is_told_to_the_lead_at_once(it: Incident) -> None:
    it.out("affected")
    reached = place(it, it.here.sycamore)
    assert reached.reached == "no"
    assert "No telephone is recorded for Sycamore Energy" in reached.how


def test_a_reply_joins_the_raisers_case_and_others_wait_for_a_person(it: Incident, office: PostOffice) -> None:
    both(it)
    it.out("affected")
    post()
    ours = to(office, "ops@sycamore.example")
    reply = written("ops@sycamore.example", ours["Reply-To"], f"Re: {ours['Subject']}", "We hold them.")
    assert arrive(reply, ours["Reply-To"]).case_id == it.case.pk
    theirs = to(office, "ops@harrier.example")
    answer = written("ops@harrier.example", theirs["Reply-To"], f"Re: {theirs['Subject']}", "Until when?")
    mail = arrive(answer, theirs["Reply-To"])
    assert (mail.fate, mail.case_id) == (RawMail.Fate.UNMATCHED, None)
    assert f"It answers Update 1 of {it.major.reference}" in mail.why


def test_nobody_else_sees_who_was_told(it: Incident, office: PostOffice) -> None:
    both(it)
    it.out("affected")
    for who in (it.here.hal, it.here.priya, it.here.gwen):
        with viewing(who):
            assert Recipient.objects.count() + OutboxItem.objects.filter(kind="update").count() == 0


# Subscriptions


def subscribed(it: Incident) -> Subscription:
    contact(it.here.harrier, "ops@harrier.example")
    return subscribing.subscribe("dip", "ops@harrier.example", by=it.here.hal, at=NOON)


def public(it: Incident) -> Briefing:
    briefing = it.draft("public")
    send(briefing, by=it.here.nia, at=NOON)
    agree(briefing, by=it.here.tom, at=NOON)
    assert leave_due(NOON + MINUTE) == 1
    return briefing


def test_a_subscriber_hears_of_the_system_and_of_no_other(it: Incident, office: PostOffice) -> None:
    subscribed(it)
    with verbs():
        Subscription.objects.create(
            system="lss", party=it.here.sycamore, name="x", address="x@sycamore.example", since=NOON, seats=[]
        )
    public(it)
    assert post() == 1
    assert "six hundred" not in text(to(office, "ops@harrier.example")).lower()


def test_nobody_subscribes_the_address_of_somebody_else(it: Incident) -> None:
    with pytest.raises(Invalid, match="Give your own address, or that of a nominated contact of Harrier Energy"):
        subscribing.subscribe("dip", "ceo@sycamore.example", by=it.here.hal, at=NOON)


def test_only_its_own_party_sees_and_ends_a_subscription(it: Incident) -> None:
    subscription = subscribed(it)
    with viewing(it.here.priya):
        assert not Subscription.objects.exists()
    with pytest.raises(NotAllowed, match="Only Harrier Energy ends this"):
        subscribing.end(subscription, by=it.here.priya, at=NOON)


def unsubscribe_path(office: PostOffice, address: str) -> str:
    """As it stands in the letter that left: read and written again, a header may look different."""
    (raw,) = [each.content for each in office.envelopes if address in each.envelope_to]
    head = raw.split(b"\r\n\r\n")[0].decode().split("\r\n")
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    (line,) = [each for each in head if each.startswith("List-Unsubscribe: ")]
    found = re.fullmatch(r"List-Unsubscribe: <(http[^<> ]+)>", line)
    assert found, line
    assert found[1] in text(to(office, address))
    return urlsplit(found[1]).path


def test_one_press_in_the_mail_program_ends_a_subscription(it: Incident, office: PostOffice) -> None:
    subscription = subscribed(it)
    public(it)
    post()
    path = unsubscribe_path(office, "ops@harrier.example")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "ops@harrier.example gets no more news of Data Integration Platform" in answer.content.decode()
    with verbs():
        subscription.refresh_from_db()
    assert subscription.until is not None


def test_looking_at_the_link_ends_nothing(it: Incident, office: PostOffice) -> None:
    """Mail scanners open every link."""
    subscription = subscribed(it)
    public(it)
    post()
    page = Client().get(unsubscribe_path(office, "ops@harrier.example")).content.decode()
    assert "news of Data Integration Platform" in page
    with verbs():
        subscription.refresh_from_db()
    assert subscription.until is None


def test_a_nominated_contact_ends_the_updates_of_this_incident_and_is_reported(
    it: Incident, office: PostOffice
) -> None:
    both(it)
    it.out("affected")
    post()
    path = unsubscribe_path(office, "ops@harrier.example")
    assert "no more updates of MI-" in Client().post(path).content.decode()
    assert "no more updates of MI-" in Client().post(path).content.decode(), "again is the same"
    briefing = it.out("affected", at=LATER)
    assert states(briefing)["ops@harrier.example"] == "quiet"
    assert post() == 1


def test_a_link_that_we_did_not_make_ends_nothing(it: Incident, office: PostOffice) -> None:
    subscribed(it)
    public(it)
    post()
    path = unsubscribe_path(office, "ops@harrier.example")
    broken = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"
    assert Client().post(broken).status_code == 404
    with verbs():
        assert Subscription.objects.filter(until=None).count() == 1


def test_the_dry_run_lists_everybody_the_letters_go_to(it: Incident, office: PostOffice) -> None:
    both(it)
    briefing = it.draft("affected")
    (preview,) = previews(briefing, by=it.here.nia)
    expected = sorted((each.name, each.address) for each in preview.to)
    assert expected == [
        ("Operations, Harrier Energy", "ops@harrier.example"),
        ("Operations, Sycamore Energy", "ops@sycamore.example"),
    ]
    send(briefing, by=it.here.nia, at=NOON)
    leave_due(NOON + MINUTE)
    post()
    assert sorted(each["To"] for each in office.letters) == [address for _, address in expected]
