"""Who reads which known error, asked of the database as each of them; and what its finding tells nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crossdesk.cases.tests.cast import NOON
from crossdesk.known_errors import publishing, writing
from crossdesk.known_errors.finding import likely, named
from crossdesk.known_errors.models import Answered, KnownError, Reader, Sign
from crossdesk.known_errors.tests.conftest import SAID, Known
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import ANYBODY, Viewer, viewing

EVERYTHING: tuple[Any, ...] = (KnownError, Reader, Sign, Answered)


def read(viewer: Viewer) -> str:
    with viewing(viewer):
        rows = [repr(each) for model in EVERYTHING for each in model.objects.values()]
        rows += [repr(each) for each in Entry.objects.filter(kind__startswith="known_error.").values()]
    return "\n".join(rows)


def found(
    viewer: Viewer, text: str = "IF-036 confirmations missing after the overnight load", **more: Any
) -> list[str]:
    asked = {"systems": ["dip"], "interfaces": [], "codes": [], "references": [], **more}
    return [each.because for each in likely(text, **asked, viewer=viewer, at_most=5)]


def test_a_draft_and_what_is_kept_to_the_desk_are_the_desks_alone(it: Known) -> None:
    for _ in range(2):
        assert [read(viewer) for viewer in (it.here.priya, it.here.hal, it.here.gwen)] == ["", "", ""]
        assert "confirmed" in read(it.here.nia)
        it.published("desk") if it.error.state == "draft" else None
    assert found(it.here.nia)
    assert found(it.here.priya) == []


def test_named_parties_read_it_and_no_word_of_each_other(it: Known) -> None:
    it.published("parties", it.here.sycamore, it.here.pennine)
    seen = read(it.here.priya)
    assert "Send the message again" in seen
    assert all(secret not in seen for secret in ("Pennine", "batch-20261124-7", f"'party_id': {it.here.pennine.pk}"))
    assert read(it.here.hal) == ""
    assert found(it.here.priya)
    assert (found(it.here.hal), named("confirmed", it.here.hal, 5)) == ([], [])


def test_a_code_that_the_catalogue_does_not_know_finds_it_all_the_same(it: Known) -> None:
    writing.describe(it.error, replace(SAID, codes=("ORA-00600", "MeterLost")), by=it.here.nia, at=NOON)
    it.published("everyone")
    assert found(it.here.hal, "The gateway says ora-00600.", systems=[]) == ["Shares ORA-00600"]
    assert found(it.here.hal, "Nothing like it", systems=[], codes=["meterlost"]) == ["Shares METERLOST"]
    assert found(it.here.hal, "The gateway says ORA-006001.", systems=[]) == []


def test_who_is_struck_off_reads_nothing_of_it_from_then_on(it: Known) -> None:
    it.published("parties", it.here.sycamore, it.here.harrier)
    publishing.readdress(it.error, to="parties", parties=[it.here.sycamore], by=it.mo, at=NOON)
    assert read(it.here.hal) == ""
    assert (found(it.here.hal), named(str(it.error), it.here.hal, 5)) == ([], [])
    assert named(str(it.error), it.here.priya, 5) == [it.error]


def test_everyone_is_whoever_acts_for_a_party(it: Known) -> None:
    it.published()
    assert all("Send the message again" in read(each) for each in (it.here.priya, it.here.hal, it.here.gwen))
    assert read(ANYBODY) == ""
    assert (found(ANYBODY), named("confirmed", ANYBODY, 5)) == ([], [])


def test_withdrawn_it_is_the_desks_again(it: Known) -> None:
    it.published()
    publishing.withdraw(it.error, why="Another fault.", by=it.mo, at=NOON)
    assert read(it.here.priya) == ""
    assert found(it.here.nia) == []


def test_a_reference_finds_for_the_desk_alone(it: Known) -> None:
    """Else a party could try which references of others are concerned."""
    it.published()
    asked: dict[str, Any] = {"text": "Nothing came", "systems": [], "references": ["batch-20261124-7"]}
    assert found(it.here.nia, **asked) == ["Shares 1 reference"]
    assert found(it.here.priya, **asked) == []


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("We got reg 0000 back", ["Shares REG0000, the system"]),
        ("if 036 fell silent", ["Shares IF-036, the system"]),
        ("an appointment was never confirmed, nor is it", ["Shares the system, words"]),
        ("The kettle is cold", []),
        ("'; drop table x; -- \\ & | ! <b> ''", []),
        ("", []),
    ],
)
def test_what_a_case_says_finds_what_it_may_be_about(it: Known, text: str, because: list[str]) -> None:
    it.published()
    assert found(it.here.priya, text) == because


def test_the_best_stands_first(it: Known) -> None:
    it.published()
    other = it.another(title="Another load is late", codes=(), words="", interfaces=("IF-036",))
    publishing.publish(other, to="everyone", by=it.mo, at=NOON)
    both = likely("IF-036 with REG0000", ["dip"], [], [], [], it.here.priya, 5)
    assert [each.known for each in both] == [it.error, other]
    assert named("overnight confirmations", it.here.hal, 5) == [it.error]


def test_new_words_are_found_at_once(it: Known) -> None:
    it.published()
    said = writing.Description(title="Kettle cold in the morning", workaround="Tea later.")
    writing.describe(it.error, said, by=it.here.nia, at=NOON)
    assert named("kettles", it.here.priya, 5) == [it.error]
    assert named(SAID.title, it.here.priya, 5) == []
