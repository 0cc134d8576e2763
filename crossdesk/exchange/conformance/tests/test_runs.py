"""A run by the command, kept on the agreement and read there by its two sides alone."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from django.test import override_settings

from crossdesk.access import Invalid, Role
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.commands.conformance import conformance
from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.servicenow import played
from crossdesk.commands.partner_desk.servicenow.app import application
from crossdesk.commands.partner_desk.serving import served
from crossdesk.desks.ways import Channel
from crossdesk.exchange.conformance.runs import ConformanceRun, kept_on
from crossdesk.exchange.conformance.saying import TOKEN
from crossdesk.exchange.conformance.tests.at_work import at_work
from crossdesk.exchange.hearing import hear
from crossdesk.exchange.lines import Line
from crossdesk.exchange.messages.message import Kind, Message, Side
from crossdesk.exchange.tests.far_side import line_to
from crossdesk.threads.viewer import verbs, viewing
from crossdesk.web.agreements.tests.test_pages import read

pytestmark = pytest.mark.django_db


def tried(here: Cast, plays: str) -> tuple[Result, Line]:
    player = played.player("crossdesk", "secret", plays, Faults())
    with (
        override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})),
        served(application(player.person.instance)) as theirs,
        at_work(player),
    ):
        line = line_to(here, theirs, "crossdesk:secret", channel=Channel.SERVICENOW)
        given = ["--party", str(here.pennine), "--by", "Nia", "--wait", "10"]
        return CliRunner().invoke(conformance, given), line


def test_what_passed_is_printed_and_stands_on_the_agreement_for_its_two_sides() -> None:
    here = cast()
    result, line = tried(here, "begin,resolve")
    assert result.exit_code == 0, result.output
    assert f"{here.pennine} passes; the report is kept on {line.agreement}." in result.output
    address = f"/agreements/{line.agreement.reference}/conformance/"
    assert f'href="{address}"' in read(here.nia, f"/agreements/{line.agreement.reference}/")[1]
    status, page = read(here.nia, address)
    assert (status, "A small text file is on their ticket." in page, "by Nia" in page) == (200, True, True)
    rival = somebody("Rita", here.sycamore, Role.ADMINISTRATOR)
    assert read(rival, address)[0] == 404
    with viewing(rival):
        assert not ConformanceRun.objects.exists()
    with verbs():
        assert not Case.objects.exists()


def test_what_failed_says_what_to_mend_and_the_command_says_so_to_a_script() -> None:
    here = cast()
    result, line = tried(here, "refuse")
    assert result.exit_code == 1
    assert "does not pass yet" in result.output
    page = read(here.nia, f"/agreements/{line.agreement.reference}/conformance/")[1]
    assert "steps passed" in page
    assert "To be mended" in page
    assert "They refused the case" in page


def test_an_agreement_that_was_never_tried_says_how_a_newcomer_begins() -> None:
    here = cast()
    line = line_to(here, "https://crossdesk.pennine.example")
    page = read(here.nia, f"/agreements/{line.agreement.reference}/conformance/")[1]
    assert "A credential of theirs is kept. Ask Pennine Grid for one" in " ".join(re.sub("<[^>]*>", "", page).split())
    assert "crossdesk partner-desk crossdesk" in page


def test_without_an_agreement_by_machine_it_says_what_comes_first() -> None:
    here = cast()
    refused = CliRunner().invoke(conformance, ["--party", str(here.pennine)]).exception
    assert isinstance(refused, Invalid)
    assert "have it accepted, first" in refused.sentence


def test_what_another_crossdesk_says_in_a_test_is_kept_for_it_and_troubles_nobody() -> None:
    here = cast()
    line = line_to(here, "https://crossdesk.pennine.example", "secret")
    token = f"{TOKEN}1"
    for seq, kind in ((2, Kind.ACCEPT), (1, Kind.RECEIPT)):
        message = Message(
            id=f"there-{seq}-long", link=token, kind=kind, seq=seq, after=seq - 1, occurred_at=NOON,
            to=Side(desk=str(here.elexon_desk)), our_number="PG-1",
        )  # fmt: skip
        assert hear(message.encoded(), party=here.pennine, key="Their desk", at=NOON).fate == "set_aside"
    assert [each.kind for each in kept_on(line)(token)] == [Kind.RECEIPT, Kind.ACCEPT]
