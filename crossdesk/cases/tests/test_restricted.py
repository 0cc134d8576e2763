"""Restricted cases: the named read on, everybody else of the same party and desk learns nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.access.sight import Sight
from crossdesk.cases import (
    assigning,
    closing,
    evidence,
    finding,
    following,
    leg_work,
    restricting,
    seeing,
    triage,
    writing,
)
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.questions import read_case
from crossdesk.cases.queue import counts, queue, views
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.sharing import rows_of
from crossdesk.cases.tests.cast import NOON, Cast, cast, data_service, nominated, seen_at, somebody
from crossdesk.cases.tests.test_delegations import delegated, rows_seen_by, words_read_by
from crossdesk.desks.models import Desk, DeskMember
from crossdesk.desks.seats import acting_for
from crossdesk.exchange import receiving, sending
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.tests.post_office import written
from crossdesk.parties.models import ListPlace, Membership, Party, Person, Seat
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry, EntryBody, Thread, ThreadBound
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
ASK = Engagement("Look at your gateway.", "It came from there.")


def service_manager(name: str, party: Party, desk: Desk) -> Viewer:
    return somebody(name, party, Role.SERVICE_MANAGER, desk=desk)


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def ewan(here: Cast) -> Viewer:
    return service_manager("Ewan Price", here.elexon, here.elexon_desk)


@pytest.fixture
def colleague(here: Cast) -> Viewer:
    """Another person of the raiser's, whom nobody names."""
    return somebody("Cleo Marsh", here.sycamore, Role.SERVICE_USER, Role.ADMINISTRATOR)


def intrusion(here: Cast, *colleagues: str, to: Desk | None = None) -> Case:
    report = Report("Somebody is in our gateway", "dip-technical-integration", impact="Keys were read.")
    return raise_case(
        report, raiser=here.sycamore, to=to or here.elexon_desk, by=here.priya, at=NOON, only=list(colleagues)
    )


def nothing(viewer: Viewer) -> bool:
    return set(rows_seen_by(seen_at(viewer)).values()) == {0}


def test_a_case_raised_as_restricted_has_no_ordinary_reader_from_its_first_entry(
    here: Cast, ewan: Viewer, colleague: Viewer
) -> None:
    case = intrusion(here)
    for named in (here.priya, ewan):
        assert "Somebody is in our gateway\n\nKeys were read." in words_read_by(seen_at(named))
    for other in (colleague, here.nia, here.tom, here.hal, here.gwen):
        assert nothing(other)
    ordinary = {here.sycamore.seat_id, here.elexon_desk.seat_id}
    with verbs():
        for rows in (Thread.objects.filter(pk=case.pk), Entry.objects.filter(thread=case.pk), *rows_of(case)):
            assert not any(ordinary & set(seats) for seats in rows.values_list("seats", flat=True))


def test_a_desk_without_a_service_manager_is_not_sent_a_restricted_case(here: Cast) -> None:
    with pytest.raises(Invalid, match="has no service manager here who could read a restricted case"):
        intrusion(here)
    with verbs():
        assert not Case.objects.exists()


def test_colleagues_are_named_by_address_and_strangers_are_not(here: Cast, ewan: Viewer, colleague: Viewer) -> None:
    with pytest.raises(Invalid, match=r"hal@harrier\.example is nobody's address at Sycamore Energy; nobody was named"):
        intrusion(here, "hal@harrier.example")
    intrusion(here, "Cleo@Sycamore.Example")
    assert not nothing(colleague)


def test_others_learn_nothing_by_counts_search_or_queue(here: Cast, ewan: Viewer, colleague: Viewer) -> None:
    intrusion(here)
    for viewer in (colleague, here.nia):
        with viewing(seen_at(viewer)):
            assert finding.find_cases("gateway", viewer, 10) == []
            asked = {each.key: queue(here.elexon_desk.seat_id, each.rows) for each in views(NOON, viewer.person)}
            assert set(counts(asked).values()) == {0}
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from search_entries('gateway', 10)")
                assert cursor.fetchone() == (0,)
            assert not Seat.objects.filter(kind="list").exists()
            assert not ListPlace.objects.exists()
    with viewing(seen_at(ewan)):
        assert [found.case.summary for found in finding.find_cases("gateway", seen_at(ewan), 10)]


def test_the_live_signal_reaches_only_the_named(here: Cast, ewan: Viewer, colleague: Viewer) -> None:
    case = intrusion(here)
    with verbs():
        told = set(Thread.objects.get(pk=case.pk).seats)
    assert told & set(seen_at(ewan).seats)
    assert not told & {*seen_at(colleague).seats, *seen_at(here.nia).seats}


def test_no_letter_is_written_about_it(here: Cast, ewan: Viewer) -> None:
    nominated(here)
    case = intrusion(here)
    writing.write(case, to="raiser", words="We look.", by=seen_at(ewan), at=NOON)
    with verbs():
        assert not OutboxItem.objects.exists()


def test_a_desk_agent_who_is_not_named_does_nothing_even_with_the_case_in_hand(here: Cast, ewan: Viewer) -> None:
    case = intrusion(here)
    for act in (
        lambda: triage.take(case, by=here.nia, at=NOON),
        lambda: writing.write(case, to="internal", words="Hm.", by=here.nia, at=NOON),
        lambda: restricting.name(case, address="nia@elexon.example", by=here.nia, at=NOON),
        lambda: closing.withdraw(case, by=seen_at(here.hal), at=NOON, why="Why"),
    ):
        with pytest.raises(NotAllowed, match="Only the people named on this case"):
            act()
    by = seen_at(ewan)
    triage.take(case, by=by, at=NOON)
    triage.own(case, by=by, at=NOON)
    offer = assigning.assign(case, group=here.dip_team, by=by, at=NOON)
    with pytest.raises(NotAllowed, match="Only the people named on this case"):
        assigning.accept(offer, by=here.tom, at=NOON)
    restricting.name(case, address="tom@elexon.example", by=by, at=NOON)
    assigning.accept(offer, by=seen_at(here.tom), at=NOON)


def test_a_named_person_is_added_and_taken_off_with_an_entry_each(here: Cast, ewan: Viewer, colleague: Viewer) -> None:
    case = intrusion(here)
    priya = seen_at(here.priya)
    restricting.name(case, address="cleo@sycamore.example", by=priya, at=NOON)
    cleo = seen_at(colleague)
    assert "Somebody is in our gateway\n\nKeys were read." in words_read_by(cleo)
    with pytest.raises(Invalid, match="nobody's address at Sycamore Energy"):
        restricting.name(case, address="nia@elexon.example", by=priya, at=NOON)  # the other side names its own
    with viewing(cleo):
        place = ListPlace.objects.get(name="Cleo Marsh")
        managers_place = ListPlace.objects.get(name="Ewan Price")
    with pytest.raises(NotAllowed, match="only people of your own side"):
        restricting.unname(case, place=managers_place.pk, by=priya, at=NOON)
    later = NOON + timedelta(seconds=1)
    restricting.unname(case, place=place.pk, by=seen_at(ewan), at=later)
    assert set(rows_seen_by(seen_at(colleague, timedelta(seconds=1))).values()) == {0}
    with viewing(priya):
        told = [(e.kind, e.body.detail) for e in Entry.objects.filter(kind__contains="name").select_related("body")]
    assert told == [
        ("case.name", {"name": "Cleo Marsh", "of": "Sycamore Energy"}),
        ("case.unname", {"name": "Cleo Marsh", "of": "Sycamore Energy"}),
    ]


def test_the_last_named_of_a_side_stays(here: Cast, ewan: Viewer) -> None:
    case = intrusion(here)
    with verbs():
        place = ListPlace.objects.get(name="Priya Nair")
    with pytest.raises(Invalid, match="the last one named for Sycamore Energy; name somebody else first"):
        restricting.unname(case, place=place.pk, by=seen_at(ewan), at=NOON)


def test_a_named_person_who_loses_membership_or_place_reads_nothing(here: Cast, ewan: Viewer) -> None:
    case = intrusion(here)
    restricting.name(case, address="nia@elexon.example", by=seen_at(ewan), at=NOON)
    assert not nothing(here.nia)
    with verbs():
        DeskMember.objects.filter(membership__person=here.nia.person).update(until=NOON)
        Membership.objects.filter(person=here.priya.person).update(until=NOON + timedelta(seconds=1))
        priya = Person.objects.get(name="Priya Nair")
        assert acting_for(priya, None, NOON + timedelta(seconds=1)).chosen is None
    assert nothing(here.nia)


def test_audiences_stay_apart_on_a_restricted_case(here: Cast, ewan: Viewer) -> None:
    boss = service_manager("Moira Lunn", here.pennine, here.pennine_help)
    case, by = intrusion(here), seen_at(ewan)
    triage.take(case, by=by, at=NOON)
    leg = engage(case, here.pennine_help, ASK, by=by, at=NOON)
    moira = seen_at(boss)
    leg_work.acknowledge(leg, by=moira, at=NOON, words="We have it.")
    writing.write(case, to="internal", words="ours alone", by=by, at=NOON)
    writing.write(case, to="raiser", words="to the raiser", by=by, at=NOON)
    writing.write(case, to="internal", words="theirs alone", by=moira, at=NOON)
    evidence.add(case, "trace.txt", [b"10.0.0.1"], by=by, at=NOON, audience="internal")
    mine = {"ours alone", "to the raiser", "theirs alone", "We have it."}
    assert words_read_by(by) & mine == {"ours alone", "to the raiser", "We have it."}
    assert words_read_by(seen_at(here.priya)) & mine == {"to the raiser"}
    assert words_read_by(moira) & mine == {"theirs alone", "We have it."}
    assert nothing(here.gwen)
    assert rows_seen_by(moira)["Evidence"] == 0
    with pytest.raises(NotAllowed, match="Only the people named on this case"):
        leg_work.start(leg, by=here.gwen, at=NOON)
    with pytest.raises(NotAllowed, match="is reached by mail, which more people read"):
        engage(case, here.pennine_service, ASK, by=by, at=NOON)
    with verbs():
        assert list(broken_links()) == []


def restricted_later(here: Cast, by: Viewer) -> Case:
    case = here.case("An odd login")
    triage.take(case, by=here.nia, at=NOON)
    writing.write(case, to="internal", words="before", by=here.nia, at=NOON)
    evidence.add(case, "log.txt", [b"a line"], by=here.priya, at=NOON)
    restricting.restrict(case, names=["tom@elexon.example"], why="An intrusion.", by=by, at=NOON)
    return case


def test_restricting_later_takes_the_case_out_of_every_list_and_leaves_earlier_entries_their_readers(
    here: Cast, ewan: Viewer, colleague: Viewer
) -> None:
    case = restricted_later(here, ewan)
    writing.write(case, to="raiser", words="afterwards", by=seen_at(ewan), at=NOON)
    for other in (colleague, here.nia):
        rows = rows_seen_by(seen_at(other))
        assert {name: number for name, number in rows.items() if number and name not in {"Entry", "EntryBody"}} == {}
        words = words_read_by(seen_at(other))
        assert not words & {"afterwards", "An intrusion."}
        with viewing(seen_at(other)):
            assert finding.find_cases("odd login", other, 10) == []
            assert set(EntryBody.objects.values_list("entry__seq", flat=True)) <= {1, 2, 3, 4, 5, 6}
    for named in (ewan, here.tom, here.priya):
        assert {"afterwards", "An intrusion."} <= words_read_by(seen_at(named))
    assert "before" in words_read_by(seen_at(here.tom))
    assert "before" not in words_read_by(seen_at(here.priya))
    with verbs():
        assert list(broken_links()) == []
        assert Standing.objects.filter(case=case).count() == 2


def test_only_a_service_manager_of_the_owning_desk_restricts_and_says_why(here: Cast, ewan: Viewer) -> None:
    case = here.case()
    for nobody in (here.nia, here.tom, here.priya, here.gwen):
        with pytest.raises(NotAllowed, match="Only a service manager of Elexon Service Desk can restrict"):
            restricting.restrict(case, names=[], why="Because.", by=nobody, at=NOON)
    with pytest.raises(Invalid, match="Say why"):
        restricting.restrict(case, names=[], why=" ", by=ewan, at=NOON)
    restricting.restrict(case, names=[], why="Because.", by=ewan, at=NOON)
    with pytest.raises(Invalid, match="restricted already"):
        restricting.restrict(case, names=[], why="Because.", by=seen_at(ewan), at=NOON)


def test_a_desk_reached_by_mail_must_be_settled_first(here: Cast, ewan: Viewer) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    engage(case, here.pennine_service, ASK, by=here.nia, at=NOON)
    with pytest.raises(Invalid, match="settle its leg first"):
        restricting.restrict(case, names=[], why="Because.", by=ewan, at=NOON)


def test_a_letter_that_waits_does_not_leave_and_others_lose_those_of_before(here: Cast, ewan: Viewer) -> None:
    nominated(here)
    case = here.case()
    writing.write(case, to="raiser", words="We look.", by=here.nia, at=NOON)
    restricting.restrict(case, names=[], why="Because.", by=ewan, at=NOON)
    with verbs():
        assert list(OutboxItem.objects.values_list("state", flat=True)) == ["stopped"]
    with viewing(here.nia):
        assert not OutboxItem.objects.exists()


def test_an_answer_to_a_letter_of_before_waits_for_the_named_alone(here: Cast, ewan: Viewer) -> None:
    nominated(here)
    case = here.case()
    writing.write(case, to="raiser", words="We look.", by=here.nia, at=NOON)
    with verbs():
        ours = OutboxItem.objects.get()
    restricting.restrict(case, names=[], why="Because.", by=ewan, at=NOON)
    to = addresses().reply_address(Kind.LETTER, ours.pk)
    letter = written("team@sycamore.example", to, "Re", "They took the keys.").as_bytes()
    receiving.store(RawLetter(letter, "team@sycamore.example", (to,), NOON, Transport.SMTP))
    receiving.process_waiting(lambda: NOON)
    with viewing(here.nia):
        assert not RawMail.objects.exists()
    with viewing(seen_at(ewan)):
        mail = RawMail.objects.get()
    assert (mail.fate, mail.why.split(":")[0]) == ("unmatched", "The case is restricted to named people")
    with verbs():
        assert Case.objects.count() == 1
        with pytest.raises(Invalid, match="Nothing is sent about a case that is restricted"):
            sending.send_again(ours, by=seen_at(ewan), at=NOON)


def test_no_delegate_reads_it(here: Cast, ewan: Viewer) -> None:
    delegation, mair = delegated(here, data_service())
    before = here.case("Followed")
    restricting.restrict(before, names=[], why="Because.", by=ewan, at=NOON)
    intrusion(here)
    assert following.fill(delegation.pk, NOON) == 0
    assert (rows_seen_by(mair)["Case"], rows_seen_by(mair)["Standing"]) == (0, 0)


def test_it_is_not_linked_to_what_others_read(here: Cast, ewan: Viewer) -> None:
    ordinary, case = here.case(), intrusion(here)
    by = seen_at(ewan)
    triage.take(ordinary, by=here.nia, at=NOON)
    with pytest.raises(Invalid, match="is restricted: a link would tell of it"):
        triage.link(ordinary, parent=case, by=by, at=NOON)
    with pytest.raises(NotAllowed, match="is restricted: a link would tell of it"):
        triage.link(case, parent=ordinary, by=by, at=NOON)


def test_who_sees_it_is_told_by_name_to_the_named(here: Cast, ewan: Viewer) -> None:
    case = intrusion(here)
    by = seen_at(ewan)
    with viewing(by):
        file = read_case(Case.objects.select_related("raiser", "owner__owner").get(pk=case.pk), by)
        told = dict(seeing.who_sees(file.case, file.legs, file.standing, file.readers, NOON))
    assert told == {
        "named people of Elexon Service Desk": "owns it: Ewan Price",
        "named people of Sycamore Energy": "raised it: Priya Nair",
    }


def test_every_row_that_hangs_on_a_case_changes_its_readers_with_it(here: Cast) -> None:
    """A thread-bound table of this package that nobody thought of here would keep its readers."""
    bound = {
        model
        for model in apps.get_app_config("cases").get_models()
        if issubclass(model, ThreadBound) and Sight(model.sight) is Sight.THREAD
    }
    moved: set[Any] = {rows.model for rows in rows_of(here.case())}
    assert bound - moved == {Case}
