"""Each sentence of the doctor, on a real database that lacks what the sentence says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest
from django.test import override_settings

from crossdesk.cases.tests.cast import PASSWORD, cast
from crossdesk.commands import advice
from crossdesk.exchange.tests.post_office import post_office
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db


def asked(environment: dict[str, str], **changed: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crossdesk", "doctor"]
    return subprocess.run(command, env=environment | changed, capture_output=True, text=True, check=False, timeout=120)


def test_a_sound_installation_is_told_so_and_what_to_look_at(environment: dict[str, str]) -> None:
    told = asked(environment)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "the tables are at this version" in told.stdout
    assert "look  No letter can leave" in told.stdout
    assert told.stdout.endswith("It runs; look at what is marked above.\n")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("drop extension unaccent", "The database lacks unaccent"),
        ("delete from django_migrations where app = 'accounts'", "The tables lack"),
    ],
)
def test_what_the_database_lacks_is_to_be_mended(environment: dict[str, str], statement: str, sentence: str) -> None:
    with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"].rpartition("/")[0] + "/" + name(environment)) as owner:
        try:
            owner.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip("only a superuser takes an extension away here")
    told = asked(environment)
    assert told.returncode == 1
    assert f"mend  {sentence}" in told.stdout


def name(environment: dict[str, str]) -> str:
    return environment["DATABASE_URL"].rpartition("/")[2]


def test_a_login_that_reads_past_the_policies_is_refused(environment: dict[str, str]) -> None:
    told = asked(environment, DATABASE_URL=environment["CROSSDESK_OWNER_URL"])
    assert "mend  Crossdesk does not run as crossdesk_owner" in told.stdout


def test_a_database_that_is_away_is_one_sentence(environment: dict[str, str]) -> None:
    told = asked(environment, DATABASE_URL="postgresql://crossdesk_app@127.0.0.1:1/crossdesk")
    assert "mend  The database does not answer" in told.stdout


@pytest.mark.parametrize(
    ("check", "settings", "sentence"),
    [
        (advice.address, {"SITE_URL": "http://desk.example"}, "People reach http://desk.example in the clear"),
        (advice.hosts, {"SITE_URL": "https://desk.example", "ALLOWED_HOSTS": ["x.example"]}, "add desk.example to"),
        (advice.letters, {"SMTP_URL": ""}, "No letter can leave"),
        (advice.letters, {"SMTP_URL": "smtp://127.0.0.1:1"}, "The mail server at 127.0.0.1:1 does not answer"),
        (advice.domain, {"MAIL_FROM": "desk@desk.crossdesk.example"}, "reach nobody: set CROSSDESK_MAIL_DOMAIN"),
        (advice.believed, {"SECURE": True, "MAIL_AUTHSERV": ""}, "A sender's address is believed as written"),
        (advice.people, {}, "Nobody can sign in yet: run crossdesk invite"),
        (advice.worker, {}, "No worker is running"),
    ],
)
def test_what_an_operator_forgets_is_one_sentence_with_its_remedy(
    check: Callable[[], str | None], settings: dict[str, object], sentence: str
) -> None:
    with override_settings(**settings):
        told = check()
    assert told is not None
    assert sentence in told


def test_what_is_as_it_should_be_is_not_mentioned() -> None:
    cast()
    with verbs():
        person = Person.objects.earliest("pk")
        person.set_password(PASSWORD)
        person.save()
    right = {"SITE_URL": "https://desk.example.org", "ALLOWED_HOSTS": ["desk.example.org"], "SECURE": True}
    with (
        post_office() as office,
        override_settings(**right, SMTP_URL=office.url, MAIL_FROM="desk@example.org", MAIL_AUTHSERV="mx.example.org"),
    ):
        assert [each for each in advice.all_advice() if "worker" not in each] == []
