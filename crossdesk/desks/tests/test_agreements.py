"""Agreements: what may be proposed, who accepts it, and which version is in force when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, Role
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.desks import agreements
from crossdesk.desks.agreements import Said, for_engagement
from crossdesk.desks.models import Agreement, Terms
from crossdesk.desks.tests.terms import HOURS, MINUTES, ORDINARY, TARGETS, Signing, signing
from crossdesk.parties.founding import found_party
from crossdesk.threads.viewer import Viewer, verbs, viewing

DAY = timedelta(days=1)


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def it(here: Cast) -> Signing:
    return signing(here)


def found(it: Signing, days: float = 0) -> Terms | None:
    with verbs():
        return for_engagement(it.here.pennine_help, it.here.elexon.pk, NOON + days * DAY)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        (Said(), "at least one target"),
        (Said({"P2": {"resolve": timedelta(seconds=59)}}), "P2, resolve: a target shorter than a minute"),
        (replace(ORDINARY, acknowledge=timedelta()), "Acknowledge: a target shorter than a minute"),
        (Said({"P2": {"resolve": 91 * DAY}}), "longer than ninety days"),
        (Said({"P9": {"resolve": HOURS}}), "“P9” is no priority"),
        (Said({"P2": {"acknowledge": HOURS}}), "is nothing that is agreed by priority"),
        (Said({"P2": {"respond": 2 * HOURS, "resolve": HOURS}}), "turn them round"),
        (replace(ORDINARY, auto_close_days=0), "1 to 90, or none"),
        (replace(ORDINARY, hours="other"), "by whose hours"),
        (replace(ORDINARY, since=NOON - 2 * DAY), "begins today or later"),
        (replace(ORDINARY, since=NOON + DAY, until=NOON + DAY), "over before it begins"),
    ],
)
def test_what_nobody_could_keep_is_refused(it: Signing, said: Said, because: str) -> None:
    with pytest.raises(Invalid, match=because):
        it.proposed(said)
    with verbs():
        assert not Agreement.objects.exists()


def test_only_the_two_sides_propose_and_only_who_signs_for_them(it: Signing) -> None:
    for outsider in (it.here.gwen, somebody("Hilda Reed", it.here.harrier, Role.ADMINISTRATOR)):
        with verbs(), pytest.raises(NotAllowed, match="Only"):
            agreements.propose(it.here.pennine, it.here.elexon, None, ORDINARY, by=outsider, at=NOON)


def test_nobody_agrees_with_itself_or_for_a_desk_of_somebody_else(it: Signing) -> None:
    with pytest.raises(Invalid, match="no agreement with itself"):
        it.proposed(other=it.here.pennine)
    with pytest.raises(Invalid, match="is not a desk of Pennine Grid"):
        it.proposed(desk=it.here.elexon_desk)


def test_it_is_in_force_once_the_other_side_accepted(it: Signing) -> None:
    terms = it.proposed()
    assert found(it, 1) is None
    it.accepted(terms)
    assert found(it, 1) == terms


def test_the_side_that_proposed_it_does_not_accept_it(it: Signing) -> None:
    terms = it.proposed()
    with verbs(), pytest.raises(NotAllowed, match="Elexon accepts or declines what Pennine Grid proposed"):
        agreements.accept(terms, by=it.rhys, at=NOON)
    with verbs(), pytest.raises(NotAllowed, match="Only a party administrator or a service manager of Elexon"):
        agreements.accept(terms, by=it.here.nia, at=NOON)


def test_between_its_days_only(it: Signing) -> None:
    it.in_force(replace(ORDINARY, since=NOON + DAY, until=NOON + 3 * DAY))
    assert [found(it, days) is not None for days in (0, 0.9, 1, 2.9, 3)] == [False, False, True, True, False]


def test_a_version_replaces_the_one_before_it_from_its_day_on_for_good(it: Signing) -> None:
    first = it.in_force()
    second = it.accepted(it.changed(first, replace(ORDINARY, since=NOON + 2 * DAY, until=NOON + 3 * DAY)))
    assert [found(it, days) for days in (1, 2.5, 4)] == [first, second, None]


def test_one_that_ends_before_its_day_replaces_nothing(it: Signing) -> None:
    first = it.in_force()
    second = it.accepted(it.changed(first, replace(ORDINARY, since=NOON + 2 * DAY)))
    with verbs():
        agreements.end(second, why="Not needed after all.", by=it.ada, at=NOON + DAY)
    assert found(it, 4) == first


def test_either_side_ends_it_with_a_reason(it: Signing) -> None:
    terms = it.in_force()
    with verbs(), pytest.raises(Invalid, match="Say why it ends"):
        agreements.end(terms, why=" ", by=it.ada, at=NOON + DAY)
    with verbs():
        agreements.end(terms, why="The desk moves.", by=it.ada, at=NOON + DAY)
    assert found(it, 2) is None
    with verbs(), pytest.raises(Invalid, match="nothing to end"):
        agreements.end(terms, why="Again.", by=it.rhys, at=NOON + 2 * DAY)


def test_a_desks_own_agreement_comes_before_a_general_one_and_a_fresh_one_before_an_earlier(it: Signing) -> None:
    own = it.in_force()
    it.accepted(it.proposed(desk=None, at=NOON + HOURS), NOON + HOURS)
    assert found(it, 1) == own
    fresh = it.in_force(at=NOON + 2 * HOURS)
    assert found(it, 1) == fresh


def test_the_agreement_of_one_party_is_nobody_elses(it: Signing) -> None:
    it.in_force()
    with verbs():
        assert for_engagement(it.here.pennine_help, it.here.harrier.pk, NOON + DAY) is None


def test_a_declined_one_says_why_and_makes_room_for_another(it: Signing) -> None:
    terms = it.proposed()
    with pytest.raises(Invalid, match="still waits for Elexon"):
        it.changed(terms, ORDINARY)
    with verbs(), pytest.raises(Invalid, match="Say why you decline"):
        agreements.decline(terms, why="", by=it.ada, at=NOON)
    with verbs():
        agreements.decline(terms, why="Four hours are too long.", by=it.ada, at=NOON)
    with pytest.raises(Moved, match="already answered"):
        it.accepted(terms)
    assert it.changed(terms, ORDINARY).number == 2


def test_whoever_proposed_it_takes_it_back_without_a_word(it: Signing) -> None:
    terms = it.proposed()
    with verbs():
        agreements.decline(terms, why="", by=it.rhys, at=NOON)
    with pytest.raises(Moved, match="already answered or taken back"):
        it.accepted(terms)


def test_the_second_who_proposes_a_change_is_told_of_the_first(it: Signing) -> None:
    terms = it.in_force()
    it.changed(terms, ORDINARY)
    with verbs(), pytest.raises(Moved, match="Rhys Price, Pennine Grid proposed version 2 at 12:00"):
        agreements.propose_change(terms.agreement, ORDINARY, by=it.ada, at=NOON, seen=1)


# A party that never signs in


@pytest.fixture
def away(it: Signing) -> Terms:
    """Elexon proposes to Northgate, where nobody has an account."""
    with verbs():
        northgate = found_party("Northgate Data Services", roles=["sds"])
        return agreements.propose(it.here.elexon, northgate, None, ORDINARY, by=it.ada, at=NOON)


def test_a_desk_agent_records_who_said_so_and_when(it: Signing, away: Terms) -> None:
    with verbs():
        kept = agreements.record_acceptance(
            away, said_by="Olu Bright", said_at=NOON + HOURS, by=it.here.nia, at=NOON + 2 * HOURS
        )
    assert (kept.said_by, kept.said_at, kept.accepted_at, kept.accepted_by) == (
        "Olu Bright", NOON + HOURS, NOON + 2 * HOURS, "Nia Bevan, Elexon",
    )  # fmt: skip


def test_who_and_when_have_to_be_said(it: Signing, away: Terms) -> None:
    for said_by, said_at, because in (
        (" ", NOON, "Say who at Northgate Data Services"),
        ("Olu Bright", None, "a time that has been"),
        ("Olu Bright", NOON + HOURS, "a time that has been"),
        ("Olu Bright", NOON - 60 * DAY, "more than a month before"),
    ):
        with verbs(), pytest.raises(Invalid, match=because):
            agreements.record_acceptance(away, said_by=said_by, said_at=said_at, by=it.here.nia, at=NOON)


def test_nobody_records_for_a_party_that_signs_in(it: Signing) -> None:
    with verbs():
        terms = agreements.propose(it.here.elexon, it.here.pennine, None, ORDINARY, by=it.ada, at=NOON)
        with pytest.raises(NotAllowed, match="Pennine Grid signs in here, so it accepts this itself"):
            agreements.record_acceptance(terms, said_by="Gwen", said_at=NOON, by=it.here.nia, at=NOON)


def test_only_the_desk_that_was_told_records_it(it: Signing, away: Terms) -> None:
    for by in (it.ada, it.here.gwen):
        with verbs(), pytest.raises(NotAllowed, match="Only a desk agent of Elexon records"):
            agreements.record_acceptance(away, said_by="Olu Bright", said_at=NOON, by=by, at=NOON)


# Who reads it


def test_the_two_sides_and_their_desks_read_it_and_no_competitor(it: Signing) -> None:
    it.in_force()
    readers: dict[Viewer, int] = {}
    for viewer in (it.here.nia, it.here.gwen, it.ada, it.rhys, it.here.priya, it.here.hal):
        with viewing(viewer):
            readers[viewer] = Agreement.objects.count() + Terms.objects.count()
    assert list(readers.values()) == [2, 2, 2, 2, 0, 0]


def test_lengths_are_kept_in_minutes(it: Signing) -> None:
    terms = it.proposed(Said({"P1": {"resolve": 90 * MINUTES + timedelta(seconds=30)}, **TARGETS}))
    assert terms.targets == {"P1": {"resolve": 90}, "P2": {"respond": 60, "update": 120, "resolve": 240}}
