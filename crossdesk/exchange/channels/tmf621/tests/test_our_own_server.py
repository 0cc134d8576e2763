"""A case crosses to a desk behind a TMF621 server and back, by the worker's own hands. The far side is our own server,
in an installation and a process of its own, spoken to over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from django.test import override_settings

from crossdesk.access import Role
from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.api.tmf621.tests.tool import tool_of
from crossdesk.cases import closing, evidence, leg_work, triage, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.material import Evidence
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, somebody
from crossdesk.desks import agreements
from crossdesk.desks.agreements import Said
from crossdesk.desks.ways import Channel, Mapped, Meaning, Ways
from crossdesk.exchange import lines
from crossdesk.exchange.channels import NotTaken, Speaking, Ticket
from crossdesk.exchange.channels.tmf621.adapter import TroubleTickets
from crossdesk.exchange.links import Link
from crossdesk.exchange.messages.message import About, Kind, Message
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.reading import read_due
from crossdesk.exchange.tests.installations import Pair, two_installations
from crossdesk.kit.time import now
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs

pytestmark = pytest.mark.xdist_group("two installations")
ADMINISTRATORS = count(1)


@pytest.fixture(scope="module")
def pair(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    free_ports: Callable[[int], tuple[int, ...]],
) -> Iterator[Pair]:
    folder: Path = tmp_path_factory.mktemp("tickets")
    inside = override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"}))
    first, second = free_ports(2)
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        inside,
        two_installations(folder, (first, second)) as both,
    ):
        yield both


@pytest.fixture
def story(pair: Pair) -> Story:
    return Story(pair, "v5 mef")


@dataclass
class Story:
    """Elexon's desk engages the service desk of Pennine Grid, which is a TMF621 server for it."""

    pair: Pair
    profile: str

    def __post_init__(self) -> None:
        with self.pair.pennine.on() as there:
            scopes = frozenset({Scope.TICKETS})
            _, self.token = keys.make_unasked(there.elexon, name="Elexon's desk", scopes=scopes, by="Test", at=NOON)
        version = self.profile.split()[0]
        endpoint = f"{self.pair.pennine.address}/tmf-api/troubleTicket/{version}"
        self.ways = Ways(channel=Channel.TMF621, endpoint=endpoint, profile=self.profile)
        with self.pair.elexon.on() as here:
            number = next(ADMINISTRATORS)
            theirs = somebody(f"Ann{number} Hale", here.pennine, Role.ADMINISTRATOR)
            ours = somebody(f"Ben{number} Okoro", here.elexon, Role.ADMINISTRATOR)
            with verbs():
                said = Said(ways=self.ways)
                terms = agreements.propose(here.pennine, here.elexon, here.pennine_service, said, by=theirs, at=NOON)
                agreements.accept(terms, by=ours, at=NOON)
                line = lines.open_line(terms.agreement, NOON)
                lines.keep_key(line, "November", self.token, by=ours, at=NOON)

    def passes(self) -> None:
        """The worker sends what there is and reads what they did."""
        with self.pair.elexon.on():
            self.pair.elexon.send()
            with verbs():
                lines.Line.objects.update(read_at=None)
            read_due(now)

    def leg(self, leg: Leg) -> Leg:
        with self.pair.elexon.on(), verbs():
            whole = ("case__owner", "case__raiser", "from_desk__owner", "to_desk__owner", "redirect_to")
            return Leg.objects.select_related(*whole).get(pk=leg.pk)

    def stage(self, leg: Leg) -> str:
        return self.leg(leg).stage

    def theirs(self, leg: Leg) -> Case:
        """The case it is there."""
        with self.pair.elexon.on(), verbs():
            number = Link.objects.get(leg=leg.pk).their_id
        with self.pair.pennine.on(), verbs():
            return Case.objects.select_related("owner__owner", "raiser").get(pk=UUID(number))

    def told(self, leg: Leg, kind: str) -> list[str]:
        with self.pair.elexon.on(), verbs():
            entries = Entry.objects.filter(thread=leg.case_id, kind=kind, of=leg.pk).order_by("seq")
            return [each.body.words for each in entries.select_related("body")]

    def words_there(self, case: Case) -> list[str]:
        with self.pair.pennine.on(), verbs():
            entries = Entry.objects.filter(thread=case.pk).select_related("body").order_by("seq")
            return [each.body.words for each in entries if each.body.words]

    @property
    def gwen(self) -> Viewer:
        with self.pair.pennine.on() as there:
            return there.gwen

    @property
    def nia(self) -> Viewer:
        return self.pair.elexon.here.nia


@pytest.mark.parametrize("profile", ["v5 mef", "v4"])
def test_engaged_asked_resolved_disputed_resolved_and_confirmed(pair: Pair, profile: str) -> None:
    story = Story(pair, profile)
    leg = story.pair.engaged("Registrations missing")
    story.passes()
    case, gwen = story.theirs(leg), story.gwen
    assert (story.stage(leg), story.leg(leg).their_reference) == (LegStage.ACKNOWLEDGED, str(case.pk))
    assert (str(case.owner), str(case.raiser)) == ("Pennine Grid service desk", "Elexon")
    assert "Please check the registrations." in story.words_there(case)[0]
    with story.pair.pennine.on():
        triage.take(case, by=gwen, at=now())
        triage.own(case, by=gwen, at=now())
        writing.write(case, to="internal", words="Not for them.", by=gwen, at=now())
        writing.write(case, to="raiser", words="We look into it.", by=gwen, at=now())
    story.passes()
    assert (story.stage(leg), story.told(leg, "leg.update")) == (LegStage.IN_PROGRESS, ["We look into it."])
    with story.pair.pennine.on():
        writing.ask_raiser(case, words="Which MPANs?", due_at=now() + timedelta(days=1), by=gwen, at=now())
        evidence.add(case, "log.txt", [b"a line"], by=gwen, at=now())
    story.passes()
    assert (story.stage(leg), story.told(leg, "leg.ask_us")) == (LegStage.PENDING_US, ["Which MPANs?"])
    with story.pair.elexon.on():
        with verbs():
            assert bytes(Evidence.objects.get(case=leg.case_id).sha256)
        leg_work.answer(story.leg(leg), by=story.nia, at=now(), words="All of Monday's.")
    story.passes()
    assert any("All of Monday's." in words for words in story.words_there(case))
    with story.pair.pennine.on():
        closing.resolve(case, by=gwen, at=now(), words="The registration was corrected.")
    story.passes()
    assert story.stage(leg) == LegStage.RESOLVED
    with story.pair.elexon.on():
        leg_work.dispute(story.leg(leg), by=story.nia, at=now(), why="Still wrong.")
    story.passes()
    assert (story.theirs(leg).stage, story.stage(leg)) == (Stage.ASSIGNED, LegStage.DISPUTED)
    with story.pair.pennine.on():
        closing.resolve(story.theirs(leg), by=gwen, at=now(), words="Corrected again.")
    story.passes()
    with story.pair.elexon.on():
        leg_work.confirm(story.leg(leg), by=story.nia, at=now())
    story.passes()
    story.passes()
    assert (story.theirs(leg).stage, story.stage(leg)) == (Stage.CLOSED, LegStage.CONFIRMED)
    with story.pair.elexon.on(), verbs():
        assert not OutboxItem.objects.filter(leg=leg.pk).exclude(state="sent").exists()
        assert not InboxItem.objects.filter(case=leg.case_id).exclude(fate="applied").exists()
        assert not Entry.objects.filter(body__words__contains="Not for them").exists()


def test_a_redirect_settles_the_leg_and_a_withdrawal_reaches_them(story: Story) -> None:
    redirected, withdrawn = story.pair.engaged("Not theirs"), story.pair.engaged("Ours after all")
    story.passes()
    case, gwen = story.theirs(redirected), story.gwen
    with story.pair.pennine.on() as there:
        triage.take(case, by=gwen, at=now())
        triage.redirect(case, by=gwen, at=now(), why="Not our meters.", to=there.pennine_help)
    with story.pair.elexon.on():
        leg_work.withdraw(story.leg(withdrawn), by=story.nia, at=now(), why="It was ours after all.")
    story.passes()
    story.passes()
    assert story.stage(redirected) == LegStage.DECLINED
    assert "Not our meters." in story.told(redirected, "leg.decline")[0]
    assert str(story.leg(redirected).redirect_to) == "Pennine Grid help desk"
    assert (story.theirs(withdrawn).outcome, story.stage(withdrawn)) == ("withdrawn", LegStage.WITHDRAWN)


def _raise(story: Story, token: str) -> Message:
    sender, to = {"party": "Elexon"}, {"desk": "Pennine Grid service desk"}
    told = {"id": f"message.{token}", "link": token, "kind": Kind.RAISE, "seq": 1, "occurred_at": now()}
    return Message.model_validate({**told, "from": sender, "to": to, "words": "Look, please.", "our_number": "CP-1"})


def test_a_create_whose_answer_never_came_is_looked_for_first(story: Story) -> None:
    speaks, message = TroubleTickets(), _raise(story, "link.one")
    first = speaks.deliver(message, Speaking(story.ways, story.token, "link.one"))
    again = speaks.deliver(message, Speaking(story.ways, story.token, "link.one", tried_before=True))
    assert (first.their_id, first.state) == (again.their_id, "acknowledged")


def test_an_unknown_state_is_kept_raw_and_flagged(story: Story) -> None:
    """By an agreement whose map knows none of theirs."""
    speaks = TroubleTickets()
    taken = speaks.deliver(_raise(story, "link.two"), Speaking(story.ways, story.token, "link.two"))
    strict = story.ways.model_copy(update={"states": {"New": Meaning.ACKNOWLEDGED}})
    followed = [Ticket("link.two", taken.their_id, "", "New||")]
    (heard,) = speaks.changes(Speaking(strict, story.token), "", followed, now()).heard
    assert heard.message.state is not None
    assert (heard.message.state.mapped, heard.message.state.raw) == (Meaning.UNKNOWN, "acknowledged")
    assert "which the agreement gives no meaning" in heard.message.words


def test_fields_that_the_agreement_names_are_said_and_heard(story: Story) -> None:
    fields = (
        Mapped(ours="category", theirs="ticketType"),
        Mapped(ours="category:missing-mpan-data", theirs="Missing MPANs"),
    )
    ways, speaks = story.ways.model_copy(update={"fields": fields}), TroubleTickets()
    about = About(title="Loads fail", query_type="missing-mpan-data")
    message = _raise(story, "link.three").model_copy(update={"about": about})
    taken = speaks.deliver(message, Speaking(ways, story.token, "link.three"))

    def told(category: str) -> list[str]:
        followed = [Ticket("link.three", taken.their_id, "", "acknowledged||", {"category": category})]
        changes = speaks.changes(Speaking(ways, story.token), "", followed, now())
        return [each.message.words for each in changes.heard if each.message.fields]

    assert told("Missing MPANs") == []
    assert told("Other")[0].startswith("Their category is “Missing MPANs” now, here missing-mpan-data")


def test_a_key_that_opens_nothing_says_so(story: Story) -> None:
    with pytest.raises(NotTaken) as refused:
        TroubleTickets().probe(Speaking(story.ways, "cdk_nobody_nothing"))
    assert refused.value.credential
    TroubleTickets().probe(Speaking(story.ways, story.token))


def test_an_event_of_theirs_wakes_the_reading_and_nobody_elses_does(story: Story) -> None:
    leg = story.pair.engaged("Told at once")
    story.passes()
    with story.pair.elexon.on() as here:
        with verbs():
            link = Link.objects.select_related("line").get(leg=leg.pk)
        event = {"eventId": "e1", "event": {"troubleTicket": {"id": link.their_id}}}
        pennine, rival = tool_of(here.pennine), tool_of(here.harrier)
        at = "listener/troubleTicketStatusChangeEvent"
        assert rival.ask("POST", at, event).status_code == 404
        assert pennine.ask("POST", at, {"event": {}}).status_code == 400
        assert pennine.ask("POST", "listener/other", event).status_code == 404
        with verbs():
            assert lines.Line.objects.get(pk=link.line_id).read_at is not None
        assert pennine.ask("POST", at, event).status_code == 204
        assert tool_of(here.pennine, "v4").ask("POST", at, event).status_code == 201
        with verbs():
            assert lines.Line.objects.get(pk=link.line_id).read_at is None
