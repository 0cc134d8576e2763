"""`crossdesk audit` on a database that commits: what an owner of the tables may try, and the sentence it comes to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.db import connections

from crossdesk.access import Role
from crossdesk.cases.models import Case
from crossdesk.cases.proof import proof_of
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.commands.audit import audit
from crossdesk.commands.main import main
from crossdesk.desks.models import Desk
from crossdesk.jobs.proof import every_ten_minutes
from crossdesk.kit.time import now, set_offset
from crossdesk.parties.models import Membership
from crossdesk.proof.links import START, Body, joined
from crossdesk.threads import anchoring
from crossdesk.threads.models import Anchor, Entry
from crossdesk.threads.recording import link_of
from crossdesk.threads.viewer import verbs

DAY = timedelta(days=1)
UNLOCKED = (
    "alter table threads_entry disable trigger user",
    "alter table threads_entrybody disable trigger user",
    "alter table threads_anchor disable trigger user",
    "alter table threads_anchoredhead disable trigger user",
    "alter table threads_anchorsecret disable trigger user",
)


@pytest.fixture
def here(committed: str, settings: Any, tmp_path: Path) -> Cast:
    """A database that commits, in which two cases were raised: one entry each, because no clock runs."""
    settings.ANCHOR_KEY = str(tmp_path / "anchor-key.pem")
    people = cast()
    with verbs():
        Desk.objects.update(triage_within=None)
        people.elexon_desk.refresh_from_db()
    people.case()
    people.case()
    return people


@pytest.fixture
def their_noon() -> Iterator[None]:
    set_offset(NOON - now())
    yield
    set_offset(timedelta())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(audit, arguments)


def as_owner(*statements: str) -> None:
    database = connections["default"].settings_dict["NAME"]
    with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"], dbname=database, autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement)


def test_untouched_timelines_are_counted(here: Cast) -> None:
    anchoring.anchor(NOON)
    result = run("verify")
    assert result.exit_code == 0
    assert "Chains: 2. Entries: 2. Anchors: 1. All are as they were written (" in result.output


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("update threads_entry set happened_at = happened_at - interval '1 day'", "its record was changed"),
        ("update threads_entry set by_person = 1", "Entry 1 of the raiser chain of thread"),
        ("update threads_entry set own = sha256('x')", "its record was changed"),
        ("update threads_entrybody set words = 'Nothing happened.'", "its words were changed"),
        ("update threads_entrybody set author = 'Somebody else'", "its words were changed"),
        ("update threads_entrybody set erased = true, words = 'Put in their mouth'", "holds words after its erasure"),
        ("update threads_entrybody set erased = true, words = '', detail = '{}', salt = ''", "no entry says why"),
        ("truncate threads_entrybody", "its words are missing"),
        ("truncate threads_entry cascade", "every entry of the chain is missing"),
        ("update threads_chainhead set length = 2", "the chain's head is not where its entries end"),
        ("update threads_anchor set root = sha256('x')", "is not signed by its key"),
        ("update threads_anchor set at = at - interval '1 hour'", "is not signed by its key"),
        ("update threads_anchoredhead set slot = slot # 1", "has other leaves than those it was signed over"),
        ("update threads_anchoredhead set digest = sha256('x')", "has other leaves"),
        ("delete from threads_anchorsecret", "has lost what its leaves are blinded with"),
        ("delete from threads_anchoredhead", "has other leaves"),
    ],
)
def test_what_the_owner_changed_is_named(here: Cast, statement: str, sentence: str) -> None:
    anchoring.anchor(NOON)
    as_owner(*UNLOCKED, statement)
    result = run("verify")
    assert (result.exit_code, sentence in result.output) == (1, True), result.output


def test_the_owner_needs_to_unlock_the_tables_first(here: Cast) -> None:
    anchoring.anchor(NOON)
    tables = ("entry", "entrybody", "anchor", "anchorkey", "anchorsecret", "anchoredhead")
    statements = [f"delete from threads_{table}" for table in tables]
    statements += [f"truncate threads_{table} cascade" for table in ("entry", "entrybody", "anchor", "anchoredhead")]
    for statement in [*statements, "update threads_entrybody set words = 'x'"]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="final"):
            as_owner(statement)


def test_a_chain_that_was_written_anew_with_fitting_digests_is_caught_by_its_anchor(here: Cast) -> None:
    """Every link fits its record again; only the anchor remembers what stood there."""
    anchoring.anchor(NOON)
    with verbs():
        forge_every_chain()
    result = run("verify")
    assert result.exit_code == 1
    assert "anchored on 2026-11-24, is not the one that was anchored: the chain was written anew." in result.output


def forge_every_chain() -> None:
    """What an owner with our own code in hand would do: other words, and every digest computed again."""
    as_owner(*UNLOCKED)
    for entry in Entry.objects.select_related("body"):
        forged = Body(bytes(entry.body.salt), entry.body.author, entry.body.organisation, "All is well.", {})
        entry.body_digest = forged.digest()
        own = link_of(entry).own()
        digest = joined(START, own)
        as_owner(
            f"update threads_entrybody set words = 'All is well.', detail = '{{}}' where entry_id = {entry.pk}",
            f"update threads_entry set body_digest = '\\x{entry.body_digest.hex()}', own = '\\x{own.hex()}',"
            f" digest = '\\x{digest.hex()}' where id = {entry.pk}",
            f"update threads_chainhead set digest = '\\x{digest.hex()}' where thread_id = '{entry.thread_id}'",
        )


def test_a_day_that_was_taken_out_is_named(here: Cast) -> None:
    anchoring.anchor(NOON)
    here.case()
    anchoring.anchor(NOON + DAY)
    as_owner(
        *UNLOCKED, "delete from threads_anchorsecret where anchor_id = 1", "delete from threads_anchor where number = 1"
    )
    assert "is number 2 where 1 should follow: one is missing" in run("verify").output


def test_anchors_that_were_taken_off_the_end_leave_heads_that_no_anchor_holds(here: Cast) -> None:
    anchoring.anchor(NOON)
    as_owner(
        *UNLOCKED,
        "delete from threads_anchoredhead",
        "delete from threads_anchorsecret",
        "delete from threads_anchor",
    )
    assert "counts as anchored, but no anchor holds its head" in run("verify").output


def test_two_workers_make_one_anchor(here: Cast) -> None:
    def work(_: int) -> int:
        try:
            return anchoring.anchor(NOON).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(work, range(4))) == [1, 1, 1, 1]
    with verbs():
        assert Anchor.objects.count() == 1


def test_a_verb_is_not_kept_waiting_by_marks_and_is_not_lost(here: Cast) -> None:
    """A chain that moves after the tree was drawn keeps its mark, so the next anchor holds it."""
    with verbs():
        made = anchoring._make(NOON)
    moved = here.case()
    anchoring._settle(made)
    later = anchoring.anchor(NOON + DAY)
    with verbs():
        assert [leaf.head.thread_id for leaf in later.leaves.select_related("head")] == [moved.pk]


def test_the_job_and_the_command_make_the_same_anchor(here: Cast, their_noon: None) -> None:
    every_ten_minutes(0)
    result = run("anchor")
    assert result.exit_code == 0
    assert result.output.startswith("Anchor 1 of 2026-11-24")


def test_a_new_key_is_announced(here: Cast, their_noon: None) -> None:
    run("anchor")
    result = run("rotate")
    assert result.output.startswith("The key in force is ")
    assert run("verify").exit_code == 0


def test_words_are_erased_in_the_name_of_a_service_manager(here: Cast, their_noon: None) -> None:
    with verbs():
        case = Case.objects.first()
        Membership.objects.filter(person=here.nia.person).update(roles=[Role.SERVICE_MANAGER])
    refused = CliRunner().invoke(main, ["audit", "erase", str(case), "1", "--why", "x", "--as", "tom@elexon.example"])
    assert (refused.exit_code, "Only a service manager" in refused.output) == (1, True)
    done = run("erase", str(case), "1", "--why", "given in error", "--as", "nia@elexon.example")
    assert done.output == f"The words of entry 1 of {case} are erased; the timeline says why.\n"
    assert run("verify").exit_code == 0


def outside(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command on a machine that has neither a database nor settings."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    command = [sys.executable, "-m", "crossdesk", "audit", "check", *arguments]
    return subprocess.run(
        command, env=environment | {"CROSSDESK_STATE": str(folder)}, capture_output=True, text=True, check=False
    )


def test_a_proof_is_checked_without_a_database(here: Cast, tmp_path: Path) -> None:
    anchoring.anchor(NOON)
    with verbs():
        case = Case.objects.earliest("raised_at")
    file = tmp_path / "proof.ndjson"
    file.write_bytes(b"".join(proof_of(case, here.priya, NOON)))
    said = outside(tmp_path, str(file))
    assert (said.returncode, said.stderr) == (0, "")
    assert "everything in it fits" in said.stdout
    file.write_bytes(file.read_bytes()[:-200])
    said = outside(tmp_path, str(file))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("The file breaks off in line ")
    assert "cannot be read" in outside(tmp_path, str(tmp_path / "nowhere")).stderr
