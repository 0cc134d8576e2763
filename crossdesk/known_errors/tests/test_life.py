"""Written, published, fixed, withdrawn: by whom, and what is refused with which sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.cases.tests.cast import NOON
from crossdesk.known_errors import publishing, writing
from crossdesk.known_errors.answering import answered
from crossdesk.known_errors.codes import in_catalogue
from crossdesk.known_errors.models import Answered, KnownError
from crossdesk.known_errors.tests.conftest import SAID, Known
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs


def test_its_life_is_told_entry_by_entry(it: Known) -> None:
    it.published()
    publishing.fix(it.error, how="Release 2.3 went live.", by=it.mo, at=NOON)
    publishing.came_back(it.error, why="Seen again.", by=it.mo, at=NOON)
    publishing.withdraw(it.error, why="It was another fault.", by=it.mo, at=NOON)
    publishing.take_up(it.error, by=it.here.nia, at=NOON)
    with verbs():
        kinds = list(Entry.objects.filter(thread=it.error.pk).order_by("seq").values_list("kind", flat=True))
        assert list(broken_links()) == []
    assert [kind.removeprefix("known_error.") for kind in kinds] == [
        "begin", "publish", "fix", "came_back", "withdraw", "take_up",
    ]  # fmt: skip


def test_an_agent_writes_and_a_manager_publishes(it: Known) -> None:
    with pytest.raises(NotAllowed, match="Only a service manager or major incident manager of Elexon Service Desk"):
        publishing.publish(it.error, to="everyone", by=it.here.nia, at=NOON)
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk, whose known error it is, can write it anew"):
        writing.describe(it.error, SAID, by=it.here.gwen, at=NOON)
    with pytest.raises(NotAllowed, match="can write one for it"):
        writing.begin(SAID, desk=it.here.elexon_desk, by=it.here.gwen, at=NOON)


def test_nobody_overwrites_what_they_have_not_read(it: Known) -> None:
    writing.describe(it.error, replace(SAID, symptoms="Nothing comes."), by=it.here.nia, at=NOON, edition=0)
    with pytest.raises(Moved, match=r"Edition 1 of KE-.* was written meanwhile. Your words are kept"):
        writing.describe(it.error, SAID, by=it.here.tom, at=NOON, edition=0)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": " "}, "Say in one line what goes wrong"),
        ({"systems": ("lunar",)}, "lunar is no system of the market"),
        ({"interfaces": ("IF-999",)}, "IF-999 is no interface of the market's catalogue"),
        ({"codes": ("timeout",)}, "“timeout” cannot be told from a word"),
        ({"codes": ("IF-036",)}, "IF-036 is an interface"),
        ({"codes": ("<b>hot</b>",)}, "cannot be told from a word"),
        ({"codes": ("2000000000006",)}, "cannot be told from a word"),
        ({"references": tuple(f"r{n}" for n in range(51))}, "At most 50 codes"),
    ],
)
def test_what_the_market_does_not_know_is_refused_with_what_to_do(
    it: Known, said: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        it.another(**said)


def test_codes_are_kept_as_the_catalogue_writes_them(it: Known) -> None:
    assert it.another(codes=("reg 0000", "REG0000", "changeofsupplier")).codes == ["REG0000", "ChangeOfSupplier"]


def test_a_code_that_the_catalogue_does_not_know_is_kept_and_said_to_be_so(it: Known) -> None:
    codes = it.another(codes=("ora-00600", "REG 9876", "MeterLost")).codes
    assert codes == ["ORA-00600", "REG9876", "METERLOST"]
    assert [in_catalogue(each) for each in (*codes, "REG0000", "ChangeOfSupplier")] == [False] * 3 + [True] * 2


def test_a_code_that_others_read_holds_no_identifier(it: Known) -> None:
    said = replace(SAID, codes=("ERR-2000000000006",))
    it.published("everyone")
    with pytest.raises(Invalid, match="It holds the MPAN"):
        writing.describe(it.error, said, by=it.here.nia, at=NOON)


def test_it_is_published_with_a_workaround_to_somebody(it: Known) -> None:
    bare = it.another(workaround="")
    with pytest.raises(Invalid, match="Write the workaround first"):
        publishing.publish(bare, to="everyone", by=it.mo, at=NOON)
    with pytest.raises(Invalid, match="Name at least one party"):
        it.published("parties")
    with pytest.raises(Invalid, match="Choose who reads it"):
        it.published("the moon")
    it.published("desk")
    with pytest.raises(WrongStage, match="is published, so you cannot publish it; you can still write it anew, change"):
        it.published()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("MPAN 1600000000016 was hit", "It holds the MPAN 1600000000016"), ("Ask Harrier Energy", "It names Harrier")],
)
def test_identifiers_and_competitors_stay_out_of_what_others_read(it: Known, words: str, sentence: str) -> None:
    said = replace(SAID, workaround=words)
    writing.describe(it.error, said, by=it.here.nia, at=NOON)
    with pytest.raises(Invalid, match=sentence):
        it.published()
    it.published("desk")
    with pytest.raises(Invalid, match=sentence):
        publishing.readdress(it.error, to="everyone", by=it.mo, at=NOON)
    with verbs():
        assert KnownError.objects.get(pk=it.error.pk).to == "desk"


def test_an_answer_counts_once_a_day_for_each_person(it: Known) -> None:
    with pytest.raises(NotAllowed, match="Only a reader"):
        answered(it.error, by=it.here.priya, at=NOON)
    it.published()
    for who in (it.here.priya, it.here.priya, it.here.hal):
        answered(it.error, by=who, at=NOON)
    with verbs():
        assert Answered.objects.count() == 2
