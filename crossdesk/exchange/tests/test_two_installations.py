"""A case crosses between two installations and comes back, whatever is said on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import override_settings

from crossdesk.cases import closing, evidence, leg_work, triage, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.material import Evidence
from crossdesk.cases.models import Case, Question
from crossdesk.exchange.held import HeldFile
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.shared import shared_messages
from crossdesk.exchange.tests.installations import Pair, two_installations
from crossdesk.kit.time import now
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
pytestmark = pytest.mark.xdist_group("two installations")


@pytest.fixture(scope="module")
def pair(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    free_ports: Callable[[int], tuple[int, ...]],
) -> Iterator[Pair]:
    folder: Path = tmp_path_factory.mktemp("installations")
    with django_db_blocker.unblock(), override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):  # type: ignore[attr-defined]
        first, second = free_ports(2)
        with two_installations(folder, (first, second)) as both:
            yield both


def leg_now(pair: Pair, leg: Leg) -> Leg:
    with pair.elexon.on(), verbs():
        return Leg.objects.select_related("case__owner", "to_desk", "from_desk").get(pk=leg.pk)


def fresh(case: Case) -> Case:
    with verbs():
        return Case.objects.select_related("owner", "raiser").get(pk=case.pk)


def words_on(case: Case) -> list[str]:
    with verbs():
        said = Entry.objects.filter(thread=case.pk).select_related("body").order_by("seq")
        return [each.body.words for each in said if each.body.words]


def test_an_engagement_is_a_case_there_and_its_number_comes_back(pair: Pair) -> None:
    leg = pair.engaged()
    pair.exchange()
    theirs = pair.their_case(leg)
    assert (theirs.summary, str(theirs.raiser), str(theirs.owner)) == (
        "Confirmations missing", "Elexon", "Pennine Grid service desk",
    )  # fmt: skip
    ours = leg_now(pair, leg)
    assert (ours.stage, ours.their_reference) == (LegStage.ACKNOWLEDGED, theirs.reference)


def test_the_whole_conversation_arrives_as_what_it_is(pair: Pair) -> None:
    leg = pair.engaged("Registrations lag")
    pair.exchange()
    theirs, due = pair.their_case(leg), now() + timedelta(hours=2)
    with pair.pennine.on() as there:
        triage.take(theirs, by=there.gwen, at=now())
        triage.own(theirs, by=there.gwen, at=now())
        writing.ask_raiser(theirs, words="Which MPANs?", due_at=due, by=there.gwen, at=now())
    pair.exchange()
    assert leg_now(pair, leg).stage == LegStage.PENDING_US
    with pair.elexon.on() as here:
        with verbs():
            assert Question.objects.get(leg=leg.pk).due_at == due
        leg_work.answer(leg_now(pair, leg), by=here.nia, at=now(), words="All of area 16.")
    pair.exchange()
    with pair.pennine.on() as there:
        assert "All of area 16." in words_on(theirs)
        with verbs():
            assert not Question.objects.filter(case=theirs, answered_at=None).exists()
        theirs = fresh(theirs)
        closing.resolve(theirs, by=there.gwen, at=now(), words="The batch was run again.")
    pair.exchange()
    assert leg_now(pair, leg).stage == LegStage.RESOLVED
    with pair.elexon.on() as here:
        leg_work.dispute(leg_now(pair, leg), by=here.nia, at=now(), why="Two are still missing.")
    pair.exchange()
    with pair.pennine.on() as there:
        theirs = fresh(theirs)
        assert theirs.stage == Stage.ASSIGNED
        closing.resolve(theirs, by=there.gwen, at=now(), words="Those two as well.")
    pair.exchange()
    with pair.elexon.on() as here:
        leg_work.confirm(leg_now(pair, leg), by=here.nia, at=now(), words="Thank you.")
    pair.exchange()
    with pair.pennine.on():
        theirs = fresh(theirs)
        assert theirs.stage == Stage.CLOSED
    assert_equal_ends(pair, leg, theirs)


def assert_equal_ends(pair: Pair, leg: Leg, theirs: Case) -> None:
    """The same shared messages in the same order, each with a fate."""
    with pair.elexon.on(), verbs():
        ours = [each.told for each in shared_messages(Leg.objects.get(pk=leg.pk).link)]
        assert not OutboxItem.objects.filter(leg=leg.pk).exclude(state=OutboxItem.State.SENT).exists()
    with pair.pennine.on(), verbs():
        link = Case.objects.get(pk=theirs.pk).links.get()
        assert [each.told for each in shared_messages(link)] == ours
        assert not InboxItem.objects.filter(link=link).exclude(fate=InboxItem.Fate.APPLIED).exists()


def test_a_refusal_names_the_right_desk(pair: Pair) -> None:
    leg = pair.engaged("Not theirs at all")
    pair.exchange()
    theirs = pair.their_case(leg)
    with pair.pennine.on() as there:
        triage.take(theirs, by=there.gwen, at=now())
        triage.redirect(theirs, by=there.gwen, at=now(), why="The meter is not ours.", to=there.pennine_help)
    pair.exchange()
    ours = leg_now(pair, leg)
    assert (ours.stage, ours.redirect_words) == (LegStage.DECLINED, "Pennine Grid help desk")


def test_a_file_of_any_size_that_is_evidence_crosses_and_a_kind_that_was_not_agreed_is_told(pair: Pair) -> None:
    leg = pair.engaged("A log of nine megabytes")
    pair.exchange()
    log = b"2026-11-29T10:00:00Z nothing delivered\n" * (9 * 2**20 // 39)
    with pair.elexon.on() as here:
        update = leg_work.update(leg_now(pair, leg), by=here.nia, at=now(), words="See the log.")
        for name, content in (("log.txt", log), ("picture.png", PNG)):
            evidence.add(
                leg_now(pair, leg).case, name, [content], by=here.nia, at=now(), audience=f"leg:{leg.pk}",
                goes_with=update.seq,
            )  # fmt: skip
    pair.exchange()
    theirs = pair.their_case(leg)
    with pair.pennine.on(), verbs():
        (kept,) = Evidence.objects.filter(case=theirs)
        assert (kept.name, kept.size, bytes(kept.sha256)) == ("log.txt", len(log), sha256(log).digest())
        came = InboxItem.objects.filter(case=theirs).latest("pk")
        assert "only txt, csv files cross, so “picture.png” does not." in came.why
        assert len(bytes(came.content)) < 2000
        assert not HeldFile.objects.exists()
    with pair.elexon.on(), verbs():
        assert "“picture.png” does not" in OutboxItem.objects.filter(leg=leg.pk).latest("pk").last_error


def test_a_withdrawal_closes_it_there_and_a_file_crosses(pair: Pair) -> None:
    leg = pair.engaged("Withdrawn soon")
    pair.exchange()
    with pair.elexon.on() as here:
        update = leg_work.update(leg_now(pair, leg), by=here.nia, at=now(), words="See the log.")
        evidence.add(
            leg_now(pair, leg).case, "log.txt", [b"nothing delivered\n"], by=here.nia, at=now(),
            audience=f"leg:{leg.pk}", goes_with=update.seq,
        )  # fmt: skip
    pair.exchange()
    theirs = pair.their_case(leg)
    with pair.pennine.on(), verbs():
        assert [each.name for each in Evidence.objects.filter(case=theirs)] == ["log.txt"]
    with pair.elexon.on() as here:
        leg_work.withdraw(leg_now(pair, leg), by=here.nia, at=now(), why="Found it ourselves.")
    pair.exchange()
    with pair.pennine.on():
        theirs = fresh(theirs)
        assert (theirs.stage, theirs.outcome) == (Stage.CLOSED, "withdrawn")
    assert_equal_ends(pair, leg, theirs)
