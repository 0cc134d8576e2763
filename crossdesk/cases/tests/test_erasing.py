"""Words and files given in error: who may have them erased, what is gone then, and what still verifies."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.cases import assigning, erasing, evidence, finding, references, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.material import BadLine, Evidence, EvidenceChunk, Member
from crossdesk.cases.proof import proof_of
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.exchange.models import OutboxItem
from crossdesk.proof.check import check
from crossdesk.threads.anchored import broken_anchors
from crossdesk.threads.anchoring import anchor
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry, EntryBody
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
WHY = "a person's address, given in error"


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> None:
    settings.ANCHOR_KEY = str(tmp_path / "anchor-key.pem")


@pytest.fixture
def here() -> Cast:
    people = cast()
    people.nia = manager(people.nia)
    return people


def manager(viewer: Viewer) -> Viewer:
    return replace(viewer, roles=frozenset({Role.SERVICE_MANAGER}))


def bodies(entry: int) -> EntryBody:
    with verbs():
        return EntryBody.objects.get(pk=entry)


def test_words_are_erased_and_the_timeline_says_so(here: Cast) -> None:
    case = here.case()
    said = writing.write(case, to="raiser", words="Mrs Miggins of Dunny Lane", by=here.nia, at=NOON)
    anchor(NOON)
    why = erasing.erase(case, seq=said.seq, why=WHY, by=here.nia, at=NOON)
    gone = bodies(said.pk)
    assert (gone.words, gone.detail, bytes(gone.salt), gone.erased) == ("", {}, b"", True)
    assert (why.seats, why.audience, bodies(why.pk).words) == (said.seats, "raiser", WHY)
    with verbs():
        assert [*broken_links(), *broken_anchors()] == []
    report = check(io.BytesIO(b"".join(proof_of(case, here.priya, NOON))))
    assert report.erased == 1


def test_erased_words_are_found_no_more(here: Cast) -> None:
    case = here.case()
    said = writing.write(case, to="raiser", words="Mrs Miggins of Dunny Lane", by=here.nia, at=NOON)
    with viewing(here.nia):
        assert finding.find_cases("miggins", here.nia, 5)
    erasing.erase(case, seq=said.seq, why=WHY, by=here.nia, at=NOON)
    with viewing(here.nia):
        assert finding.find_cases("miggins", here.nia, 5) == []


def test_only_a_service_manager_of_the_owning_desk_has_words_erased(here: Cast) -> None:
    case = here.case()
    said = writing.write(case, to="raiser", words="words", by=here.nia, at=NOON)
    for viewer in (here.tom, here.priya, here.hal, manager(here.priya), manager(here.hal), manager(here.gwen)):
        with pytest.raises(NotAllowed, match="service manager"):
            erasing.erase(case, seq=said.seq, why=WHY, by=viewer, at=NOON)
    assert bodies(said.pk).words == "words"


def test_a_desks_own_notes_are_its_own_to_erase(here: Cast) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    engage(case, here.pennine_help, Engagement("ask", "because"), by=here.nia, at=NOON)
    note = writing.write(case, to="internal", words="their own note", by=here.gwen, at=NOON)
    shared = writing.write(case, to="everyone", words="to all", by=here.nia, at=NOON)
    with pytest.raises(Invalid, match="no entry"):
        erasing.erase(case, seq=note.seq, why=WHY, by=here.nia, at=NOON)
    with pytest.raises(NotAllowed, match="which owns"):
        erasing.erase(case, seq=shared.seq, why=WHY, by=manager(here.gwen), at=NOON)
    erasing.erase(case, seq=note.seq, why=WHY, by=manager(here.gwen), at=NOON)
    assert bodies(note.pk).erased


def test_an_erasure_needs_a_reason_happens_once_and_stays(here: Cast) -> None:
    case = here.case()
    said = writing.write(case, to="raiser", words="words", by=here.nia, at=NOON)
    with pytest.raises(Invalid, match="Say why"):
        erasing.erase(case, seq=said.seq, why=" ", by=here.nia, at=NOON)
    why = erasing.erase(case, seq=said.seq, why=WHY, by=here.nia, at=NOON)
    for seq in (said.seq, why.seq):
        with pytest.raises(Invalid, match="erased already, or is itself the reason"):
            erasing.erase(case, seq=seq, why=WHY, by=here.nia, at=NOON)


def test_the_database_erases_nothing_without_the_entry_that_says_why(here: Cast) -> None:
    case = here.case()
    said = writing.write(case, to="raiser", words="words", by=here.nia, at=NOON)
    other = writing.write(case, to="raiser", words="not a reason", by=here.nia, at=NOON)
    for because in (said.pk, other.pk, 0):
        with (
            pytest.raises(ProgrammingError, match="only after the entry that says why"),
            verbs(),
            connection.cursor() as cursor,
        ):
            cursor.execute("select erase_entry_body(%s, %s)", [said.pk, because])
    assert bodies(said.pk).words == "words"


def test_a_file_given_in_error_loses_its_bytes_and_keeps_its_digest(here: Cast) -> None:
    case = here.case()
    kept = evidence.add(case, "customers.csv", [b"name,address\nMiggins,Dunny Lane\n"], by=here.priya, at=NOON)
    erasing.erase(case, seq=kept.entry.seq, why=WHY, by=here.nia, at=NOON)
    with verbs():
        gone = Evidence.objects.get(pk=kept.pk)
        assert not EvidenceChunk.objects.filter(evidence=kept).exists()
        assert (gone.name, gone.erased, bytes(gone.sha256)) == ("erased", True, kept.sha256)
        assert [*broken_links(), *evidence.altered()] == []


def test_a_file_that_was_changed_behind_its_entry_is_named(here: Cast) -> None:
    case = here.case()
    evidence.add(case, "log.csv", [b"line,what\n1,fine\n"], by=here.priya, at=NOON)
    with verbs():
        EvidenceChunk.objects.update(data=b"line,what\n1,broken\n")
        assert list(evidence.altered()) == [f"The file of entry 3 of {case} is not the one that was added."]


def test_a_list_given_in_error_loses_its_members(here: Cast) -> None:
    case = here.case()
    listed = references.add_list(case, [b"1012345678902\n1012345678902X\n"], "mpan", by=here.priya, at=NOON)
    erasing.erase(case, seq=listed.entry.seq, why=WHY, by=here.nia, at=NOON)
    with verbs():
        assert not Member.objects.filter(set=listed).exists()
        assert not BadLine.objects.filter(set=listed).exists()
    again = references.add_list(case, [b"1012345678902\n"], "mpan", by=here.priya, at=NOON)
    assert again.pk != listed.pk


def test_the_reason_of_a_link_and_of_a_refusal_goes_with_its_entry(here: Cast) -> None:
    case, parent = here.case(), here.case()
    triage.link(case, parent=parent, by=here.nia, at=NOON, why="Mrs Miggins told us")
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    offer = assigning.assign(case, group=here.dip_team, by=here.nia, at=NOON)
    with verbs():
        assigning.refuse(offer, by=here.tom, at=NOON, why="Mrs Miggins again")
        said = Entry.objects.filter(thread=case.pk, kind__in=["case.link", "case.refuse"]).order_by("seq")
        for entry in list(said):
            erasing.erase(case, seq=entry.seq, why=WHY, by=here.nia, at=NOON)
        assert (case.links_up.get().why, case.assignments.get().refusal) == ("erased", "erased")


def test_letters_that_carry_the_words_are_blanked_and_do_not_leave(here: Cast) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    leg = engage(case, here.pennine_service, Engagement("Ring Mrs Miggins", "because"), by=here.nia, at=NOON)
    with verbs():
        letter = OutboxItem.objects.get(leg=leg)
        seq = letter.entry.seq
    erasing.erase(case, seq=seq, why=WHY, by=here.nia, at=NOON)
    with verbs():
        letter.refresh_from_db()
        leg.refresh_from_db()
    assert (letter.state, letter.body) == (OutboxItem.State.STOPPED, "Erased with the entry it belongs to.")
    assert leg.ask == "erased"
