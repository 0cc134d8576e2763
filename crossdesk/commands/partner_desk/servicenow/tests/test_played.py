from __future__ import annotations

import click
import httpx
import pytest
from click.testing import CliRunner

from crossdesk.commands.main import main
from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.servicenow import writing
from crossdesk.commands.partner_desk.servicenow.app import application
from crossdesk.commands.partner_desk.servicenow.played import Player, player
from crossdesk.commands.partner_desk.serving import served


def raised(playing: Player) -> str:
    instance = playing.person.instance
    us = instance.users["us"]
    said = {"short_description": "No IF-021", "caller_id": us.sys_id}
    return writing.insert(instance, "incident", said, us)["number"]


def test_its_person_goes_on_by_script_waits_for_an_answer_and_resolves_what_is_disputed() -> None:
    playing = player("us", "secret", "begin, ask,resolve", Faults())
    number = raised(playing)
    instance, us = playing.person.instance, playing.person.instance.users["us"]
    assert [*playing.step(), *playing.step()] == [f"{number}: begin", f"{number}: ask"]
    assert [*playing.step()] == []
    sys_id = instance.incident(number)["sys_id"]
    writing.update(instance, "incident", sys_id, {"comments": "These"}, us, shown=False)
    assert [*playing.step(), *playing.step()] == [f"{number}: resolve"]
    writing.update(instance, "incident", sys_id, {"state": "2", "comments": "Not yet"}, us, shown=False)
    assert [*playing.step(), *playing.step()] == [f"{number}: resolve"]


def test_faults_come_in_the_order_they_were_asked_for() -> None:
    playing = player("us", "secret", "", Faults.of(["down:get:2", "garbage::1"]))
    with served(application(playing.person.instance)) as address, httpx.Client(auth=("us", "secret")) as web:
        answers = [web.get(f"{address}/api/now/table/incident") for _ in range(4)]
    assert [each.status_code for each in answers] == [503, 503, 200, 200]
    assert answers[3].json() == {"result": []}


def test_what_it_cannot_play_is_told() -> None:
    with pytest.raises(click.BadParameter, match="nothing its person does"):
        player("us", "secret", "dance", Faults())
    assert "A desk that works in ServiceNow." in CliRunner().invoke(main, ["partner-desk", "--help"]).output
