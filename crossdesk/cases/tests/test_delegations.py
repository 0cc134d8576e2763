"""Delegations from both sides, as the database answers: who reads what, from when, and until exactly when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.cases import closing, evidence, following, seeing, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.material import Evidence, EvidenceChunk, ReferenceSet
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.questions import read_case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.references import add_list
from crossdesk.cases.tests.cast import NOON, Cast, cast, data_service, nominated, seen_at, somebody, write_to_each
from crossdesk.desks.seats import acting_for
from crossdesk.parties import delegating
from crossdesk.parties.delegating import Scope
from crossdesk.parties.models import Contact, Delegation, Membership, Party, Person, Seat
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import ChainHead, Entry, EntryBody
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def castell(here: Cast) -> Party:
    return data_service()


def administrator(name: str, party: Party) -> Viewer:
    return somebody(name, party, Role.ADMINISTRATOR, Role.SERVICE_USER)


def delegated(here: Cast, castell: Party, scope: Scope | None = None) -> tuple[Delegation, Viewer]:
    """Sycamore's administrator offers, Castell's accepts; nothing is filled yet."""
    joss, mair = administrator("Joss Tindall", here.sycamore), administrator("Mair Lloyd", castell)
    with verbs():
        offered = delegating.offer(here.sycamore, castell, scope or Scope(since=NOON), by=joss, at=NOON)
        accepted = delegating.accept(offered, by=mair, at=NOON)
    return accepted, seen_at(mair)


def words_read_by(viewer: Viewer) -> set[str]:
    with viewing(viewer):
        return set(EntryBody.objects.exclude(words="").values_list("words", flat=True))


def rows_seen_by(viewer: Viewer) -> dict[str, int]:
    models = (Case, Entry, EntryBody, Standing, Evidence, EvidenceChunk, ReferenceSet, ChainHead)
    with viewing(viewer):
        return {model.__name__: model._default_manager.count() for model in models}


def test_an_offer_shows_nothing_until_an_administrator_of_the_delegate_accepts(here: Cast, castell: Party) -> None:
    joss, mair = administrator("Joss Tindall", here.sycamore), administrator("Mair Lloyd", castell)
    here.case()
    with verbs():
        offered = delegating.offer(here.sycamore, castell, Scope(since=NOON), by=joss, at=NOON)
        for nobody in (joss, here.priya, here.hal, here.nia):
            with pytest.raises(NotAllowed, match="Only Castell Data itself answers"):
                delegating.accept(offered, by=nobody, at=NOON)
        following.fill(offered.pk, NOON)
    assert set(rows_seen_by(seen_at(mair)).values()) == {0}
    with verbs():
        accepted = delegating.accept(offered, by=mair, at=NOON)
        assert (accepted.seat is not None, Seat.objects.filter(kind="delegation").count()) == (True, 1)
        with pytest.raises(Invalid, match="already answered"):
            delegating.decline(offered, by=mair, at=NOON)


def test_only_an_administrator_offers_and_only_for_its_own_party(here: Cast, castell: Party) -> None:
    mair = administrator("Mair Lloyd", castell)
    with verbs():
        for by, because in ((here.priya, "party administrator of Sycamore"), (mair, "Only Sycamore Energy itself")):
            with pytest.raises(NotAllowed, match=because):
                delegating.offer(here.sycamore, castell, Scope(since=NOON), by=by, at=NOON)
        joss = administrator("Joss Tindall", here.sycamore)
        with pytest.raises(Invalid, match="over before it begins"):
            delegating.offer(here.sycamore, castell, Scope(NOON, NOON - SECOND), by=joss, at=NOON)
        with pytest.raises(Invalid, match="sees its own cases already"):
            delegating.offer(here.sycamore, here.sycamore, Scope(NOON), by=joss, at=NOON)


def test_a_declined_offer_is_over(here: Cast, castell: Party) -> None:
    joss, mair = administrator("Joss Tindall", here.sycamore), administrator("Mair Lloyd", castell)
    with verbs():
        offered = delegating.offer(here.sycamore, castell, Scope(since=NOON), by=joss, at=NOON)
        delegating.decline(offered, by=mair, at=NOON)
        with pytest.raises(Invalid, match="already answered"):
            delegating.accept(offered, by=mair, at=NOON)


def test_a_new_case_is_read_from_its_first_word_and_internal_things_never_cross(here: Cast, castell: Party) -> None:
    _, mair = delegated(here, castell)
    case = here.case("Raised under it")
    triage.take(case, by=here.nia, at=NOON)
    leg = engage(case, here.pennine_help, Engagement("ask", "because"), by=here.nia, at=NOON)
    write_to_each(here, case, leg)
    read = words_read_by(mair)
    assert {"to the raiser", "to everyone"} < read
    assert not read & {"internal note", "to the leg", "their own note", "ask\n\nbecause"}
    assert read == words_read_by(here.priya)
    assert words_read_by(here.hal) == set()
    with viewing(mair):
        row = Standing.objects.get()
    assert (row.part, row.ball) == ("follows", "them")


def test_the_back_fill_gives_what_the_principal_reads_with_an_entry_that_says_why(here: Cast, castell: Party) -> None:
    case = here.case("Older than the delegation")
    evidence.add(case, "log.txt", [b"one line"], by=here.priya, at=NOON)
    add_list(case, [b"T-1"], "transaction", by=here.priya, at=NOON)
    writing.write(case, to="internal", words="internal note", by=here.nia, at=NOON)
    delegation, mair = delegated(here, castell)
    assert set(rows_seen_by(mair).values()) == {0}
    assert following.fill(delegation.pk, NOON) == 1
    told = rows_seen_by(mair)
    assert told == {**rows_seen_by(here.priya), "Standing": 1}
    assert (told["Evidence"], told["EvidenceChunk"], told["ReferenceSet"]) == (1, 1, 1)
    assert "internal note" not in words_read_by(mair)
    with viewing(here.nia):
        entry = Entry.objects.select_related("body").get(kind="case.delegate")
    assert entry.body.detail == {"delegate": "Castell Data", "principal": "Sycamore Energy"}
    with verbs():
        assert list(broken_links()) == []


def test_filling_twice_changes_nothing_and_a_stopped_one_goes_on(here: Cast, castell: Party) -> None:
    for number in range(5):
        here.case(f"case {number}")
    delegation, mair = delegated(here, castell)
    with verbs():
        first, second = Case.objects.order_by("pk").values_list("pk", flat=True)[:2]
    for pk in (first, second):  # stopped half-way
        following._follow(delegation.pk, pk, NOON)
    assert following.waiting_to_be_filled(NOON) == [delegation.pk]
    assert following.fill(delegation.pk, NOON) == 3
    assert following.fill(delegation.pk, NOON) == 0
    assert following.waiting_to_be_filled(NOON) == []
    assert rows_seen_by(mair)["Case"] == 5
    with verbs():
        assert Entry.objects.filter(kind="case.delegate").count() == 5


def test_only_open_cases_of_the_principal_in_scope_are_filled(here: Cast, castell: Party) -> None:
    def raised(query_type: str, system: str = "", by: Viewer = here.priya, party: Party = here.sycamore) -> Case:
        report = Report(query_type, query_type, system=system)
        return raise_case(report, raiser=party, to=here.elexon_desk, by=by, at=NOON)

    wanted = [raised("isd-issue"), raised("mhhs-general-query", "mds")]
    raised("missing-mpan-data")
    raised("isd-issue", by=here.hal, party=here.harrier)
    closed = raised("isd-issue")
    closing.withdraw(closed, by=here.priya, at=NOON, why="Ours.")
    delegation, mair = delegated(here, castell, Scope(NOON, query_types=["isd-issue"], systems=["mds"]))
    following.fill(delegation.pk, NOON)
    wanted.append(raised("isd-issue"))
    raised("missing-mpan-data")
    with viewing(mair):
        assert {case.pk for case in Case.objects.all()} == {case.pk for case in wanted}


def test_a_reopened_case_falls_under_what_was_accepted_while_it_was_closed(here: Cast, castell: Party) -> None:
    case = here.case()
    closing.withdraw(case, by=here.priya, at=NOON, why="Ours.")
    delegation, mair = delegated(here, castell)
    following.fill(delegation.pk, NOON)
    assert rows_seen_by(mair)["Case"] == 0
    closing.reopen(case, by=here.priya, at=NOON, why="It is back.")
    for pk in following.waiting_to_be_filled(NOON):
        following.fill(pk, NOON)
    assert rows_seen_by(mair)["Case"] == 1


@pytest.mark.parametrize(("moment", "seen"), [(-SECOND, 0), (timedelta(), 1), (2 * SECOND, 1), (3 * SECOND, 0)])
def test_sight_begins_and_ends_to_the_second(here: Cast, castell: Party, moment: timedelta, seen: int) -> None:
    """From one hour on until three seconds later; nothing is rewritten in between."""
    start = NOON + timedelta(hours=1)
    _, mair = delegated(here, castell, Scope(start, start + 3 * SECOND))
    here.case()
    assert rows_seen_by(seen_at(mair, timedelta(hours=1) + moment))["Case"] == seen


def test_either_side_ends_it_and_sight_is_lost_a_second_later_without_a_row_rewritten(
    here: Cast, castell: Party
) -> None:
    delegation, mair = delegated(here, castell)
    case = here.case()
    with verbs():
        before = list(Entry.objects.values_list("pk", "seats"))
        for nobody in (here.priya, here.hal, here.nia):
            with pytest.raises(NotAllowed, match="Only a party administrator of Sycamore Energy or of Castell"):
                delegating.end(delegation, by=nobody, at=NOON)
        delegating.end(delegation, by=mair, at=NOON + SECOND)
        assert list(Entry.objects.values_list("pk", "seats")) == before
    assert rows_seen_by(seen_at(mair))["Case"] == 1
    assert set(rows_seen_by(seen_at(mair, SECOND)).values()) == {0}
    assert set(rows_seen_by(seen_at(here.priya, SECOND)).values()) != {0}
    writing.write(case, to="raiser", words="afterwards", by=here.nia, at=NOON + SECOND)
    assert words_read_by(seen_at(mair, SECOND)) == set()


def test_a_person_who_left_the_delegate_reads_nothing(here: Cast, castell: Party) -> None:
    _, mair = delegated(here, castell)
    with verbs():
        Membership.objects.filter(person=mair.person).update(until=NOON + SECOND)
        found = acting_for(Person.objects.get(name="Mair Lloyd"), castell.pk, NOON + SECOND)
    assert found.chosen is None


def test_a_reader_changes_nothing(here: Cast, castell: Party) -> None:
    _, mair = delegated(here, castell)
    case = here.case()
    for act in (
        lambda: writing.write(case, to="raiser", words="Hello", by=mair, at=NOON),
        lambda: writing.answer(case, question=None, words="Hello", by=mair, at=NOON),
        lambda: evidence.add(case, "a.txt", [b"a"], by=mair, at=NOON),
        lambda: closing.withdraw(case, by=mair, at=NOON, why="Why"),
        lambda: triage.take(case, by=mair, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotAllowed, match="does not act for Sycamore Energy; ask Sycamore Energy to write"):
        writing.write(case, to="raiser", words="Hello", by=mair, at=NOON)
    with pytest.raises(NotAllowed, match="ask it for a membership"):
        raise_case(Report("New", "isd-issue"), raiser=here.sycamore, to=here.elexon_desk, by=mair, at=NOON)


def test_who_may_act_writes_answers_and_confirms_and_nothing_more(here: Cast, castell: Party) -> None:
    _, mair = delegated(here, castell, Scope(NOON, may_act=True, query_types=["missing-mpan-data"]))
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    question = writing.ask_raiser(case, words="Which?", due_at=NOON + timedelta(hours=1), by=here.nia, at=NOON)
    entry = writing.answer(case, question=question, words="The second.", by=mair, at=NOON)
    assert entry.facts["questions"] == [question.pk]
    with viewing(here.priya):
        body = EntryBody.objects.get(entry=entry)
    assert (body.author, body.organisation) == ("Mair Lloyd", "Castell Data")
    with pytest.raises(NotAllowed, match="Only Sycamore Energy itself"):
        closing.withdraw(case, by=mair, at=NOON, why="Why")
    with pytest.raises(NotAllowed, match="you cannot write to that audience"):
        writing.write(case, to="everyone", words="Hello", by=mair, at=NOON)
    outside = raise_case(
        Report("Other", "isd-issue"), raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=NOON
    )
    with pytest.raises(NotAllowed, match="Only those on the case"):
        writing.write(outside, to="raiser", words="Hello", by=mair, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    closing.resolve(case, by=here.nia, at=NOON, words="Done.")
    closing.confirm(case, by=mair, at=NOON)
    assert case.stage == "closed"


def test_what_a_party_keeps_is_never_read_with_a_seat_that_was_lent(here: Cast, castell: Party) -> None:
    _, mair = delegated(here, castell)
    nominated(here)
    with verbs():
        other = delegating.offer(
            here.sycamore, here.harrier, Scope(NOON), by=administrator("Ann Lee", here.sycamore), at=NOON
        )
    with viewing(mair):
        assert not Contact.objects.exists()
        assert set(Membership.objects.values_list("party", flat=True)) == {castell.pk}
        assert not Delegation.objects.filter(pk=other.pk).exists()
    with viewing(here.gwen):
        assert not Delegation.objects.exists()
        assert not Seat.objects.filter(kind="delegation").exists()


def test_owner_raiser_and_delegate_are_told_who_reads_and_why_and_others_are_not(here: Cast, castell: Party) -> None:
    _, mair = delegated(here, castell, Scope(NOON, NOON + timedelta(days=3)))
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    engage(case, here.pennine_help, Engagement("ask", "because"), by=here.nia, at=NOON)

    def told(viewer: Viewer, moment: timedelta = timedelta()) -> dict[str, str]:
        with viewing(viewer):
            file = read_case(Case.objects.select_related("raiser", "owner__owner").get(pk=case.pk), viewer)
            return dict(seeing.who_sees(file.case, file.legs, file.standing, file.readers, NOON + moment))

    rule = "delegate of Sycamore Energy until 27 Nov 12:00, reads only"
    for viewer in (here.nia, here.priya, mair):
        assert told(viewer)["Castell Data for Sycamore Energy"] == rule
        assert told(viewer)["Sycamore Energy"] == "raised it"
    assert "Castell Data for Sycamore Energy" not in told(here.gwen)
    later = told(here.nia, timedelta(days=3))
    assert later["Castell Data for Sycamore Energy"].endswith("reads nothing now")
    with verbs():
        assert delegating.close_run_out(NOON) == 0
        assert delegating.close_run_out(NOON + timedelta(days=3)) == 1
    assert "Castell Data for Sycamore Energy" not in told(here.nia, timedelta(days=3))


def test_a_forged_viewer_with_no_live_seat_reads_nothing(here: Cast, castell: Party) -> None:
    """What decides is the seats the database is told, not who somebody says they are."""
    _, mair = delegated(here, castell)
    here.case()
    assert words_read_by(replace(mair, seats=(castell.seat_id,), lent=())) == set()
