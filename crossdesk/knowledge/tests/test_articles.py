"""Articles: who writes, what may leave, who reads which version, what counts as a case spared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, Role, WrongStage
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.knowledge import answering, attaching, publishing, questions, searching, writing
from crossdesk.knowledge.audiences import Readers
from crossdesk.knowledge.models import Answer, Article, Attachment, AttachmentChunk, Draft, Version, Word
from crossdesk.knowledge.writing import Written
from crossdesk.parties.founding import found_party
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry, EntryBody
from crossdesk.threads.viewer import ANYBODY, Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2027, 11, 1)
EVERYONE = Readers("everyone")
WORDS = Written(
    "A confirmation (IF-036) never came",
    "What to look at before you raise a case.",
    "Look into the **journal** of the DIP Portal. A paused endpoint keeps confirmations back.",
    ("REG0000",),
    ("dip",),
)


@pytest.fixture
def here() -> Cast:
    return cast()


def article(here: Cast, readers: Readers | None = None, written: Written = WORDS) -> Article:
    begun = writing.begin(written, here.elexon_desk, by=here.nia, at=NOON)
    if readers:
        publishing.publish(begun, readers, NEXT_YEAR, by=here.nia, at=NOON)
    return begun


def finds(viewer: Viewer, *words: str) -> list[str]:
    with viewing(viewer):
        return [each.reference for each in searching.candidates([[word] for word in words], 10)]


TABLES = (Article, Version, Draft, Attachment, AttachmentChunk, Answer, Entry, EntryBody)


def counts(viewer: Viewer) -> dict[str, int]:
    with viewing(viewer):
        return {each.__name__: each.objects.count() for each in TABLES}


def test_a_draft_is_its_desks_alone(here: Cast) -> None:
    begun = article(here)
    attaching.attach(begun, "notes.txt", [b"how it looks"], by=here.nia, at=NOON)
    for stranger in (here.hal, here.priya, here.gwen, ANYBODY):
        assert set(counts(stranger).values()) == {0}
    assert counts(here.tom)["Draft"] == 1
    assert finds(here.tom, "confirmation") == []


def test_who_reads_what_is_published(here: Cast) -> None:
    with verbs():
        both = found_party("Castell Data", roles=["sds"])
    cass = somebody("Cass Lee", both, Role.SERVICE_USER)
    for_all = article(here, EVERYONE)
    suppliers = article(here, Readers("roles", roles=["supplier"]))
    agents = article(here, Readers("roles", roles=["agent"]))
    named = article(here, Readers("parties", parties=[here.sycamore.pk]))
    alone = article(here, Readers())
    mine = {each: set(finds(viewer, "confirmation")) for each, viewer in (
        ("priya", here.priya), ("hal", here.hal), ("cass", cass), ("nia", here.nia), ("anybody", ANYBODY))}  # fmt: skip
    assert mine["priya"] == {for_all.reference, suppliers.reference, named.reference}
    assert mine["hal"] == {for_all.reference, suppliers.reference}
    assert mine["cass"] == {for_all.reference, agents.reference}
    assert mine["nia"] == {each.reference for each in (for_all, suppliers, agents, named, alone)}
    assert mine["anybody"] == set()
    assert counts(here.hal)["Entry"] == 0
    with verbs():
        assert list(broken_links()) == []


def test_a_role_given_later_reads_at_once(here: Cast) -> None:
    article(here, Readers("roles", roles=["ldso"]))
    assert len(finds(here.gwen, "journal")) == 1
    with verbs():
        here.pennine.market_roles.all().delete()
    assert finds(here.gwen, "journal") == []


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ("As for 1200012345673 it stood", "MPAN"),
        ("As for 19 0001 2374 324 it stood", "MPAN"),
        ("S\u00adycamore Ener\u200bgy had it", "Sycamore Energy"),
        ("The role SYCM had it", "SYCM"),
        ("See CP-2222-2222", "CP-2222-2222"),
        ("Ask the supрlier", "mixes alphabets"),
    ],
)
def test_the_guard_refuses(here: Cast, words: str, because: str) -> None:
    with verbs():
        here.sycamore.market_roles.update(mpid="SYCM")
    begun = article(here, written=Written("Title", words=words))
    with pytest.raises(Invalid, match=because):
        publishing.publish(begun, EVERYONE, NEXT_YEAR, by=here.nia, at=NOON)
    with verbs():
        assert Article.objects.get(pk=begun.pk).state == "draft"


def test_files_are_looked_into_and_go_with_the_version(here: Cast) -> None:
    begun = article(here)
    bad = attaching.attach(begun, "list.csv", [b"mpan\n1200012345673\n"], by=here.nia, at=NOON)
    with pytest.raises(Invalid, match=r"The file list\.csv holds the MPAN"):
        publishing.publish(begun, EVERYONE, NEXT_YEAR, by=here.nia, at=NOON)
    attaching.remove(bad, by=here.nia, at=NOON)
    good = attaching.attach(begun, "steps.txt", [b"open the portal"], by=here.nia, at=NOON)
    publishing.publish(begun, EVERYONE, NEXT_YEAR, by=here.nia, at=NOON)
    assert b"".join(attaching.stream(good, here.hal)) == b"open the portal"
    assert b"".join(attaching.stream(bad, here.hal)) == b""
    assert counts(here.hal)["Attachment"] == 1


def test_an_older_version_never_gains_readers_and_loses_those_left_out(here: Cast) -> None:
    held = article(here, Readers("parties", parties=[here.sycamore.pk]))
    writing.write(held, Written("For all", words="Now for all."), by=here.nia, at=NOON)
    publishing.publish(held, EVERYONE, NEXT_YEAR, by=here.nia, at=NOON, change="Shorter.")
    assert (counts(here.priya)["Version"], counts(here.hal)["Version"]) == (2, 1)
    publishing.retire(held, "Wrong.", by=here.nia, at=NOON)
    assert (counts(here.priya)["Version"], counts(here.hal)["Article"]) == (0, 0)
    assert counts(here.nia)["Version"] == 2


def test_two_writers(here: Cast) -> None:
    begun = article(here)
    writing.write(begun, Written("One", words="x"), by=here.nia, at=NOON, edition=1)
    with pytest.raises(Moved, match="Nia Bevan, Elexon Service Desk changed the draft"):
        writing.write(begun, Written("Two", words="y"), by=here.tom, at=NOON, edition=1)
    with pytest.raises(Invalid, match="changed since you read it"):
        publishing.publish(begun, EVERYONE, NEXT_YEAR, by=here.tom, at=NOON, edition=1)


def test_who_may(here: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk, whose article it is, can write its draft"):
        writing.begin(WORDS, here.elexon_desk, by=here.priya, at=NOON)
    held = article(here, EVERYONE)
    for verb in (
        lambda: publishing.retire(held, "x", by=here.gwen, at=NOON),
        lambda: publishing.review(held, NEXT_YEAR, by=here.hal, at=NOON),
        lambda: writing.write(held, WORDS, by=here.hal, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            verb()


@pytest.mark.parametrize(
    "written",
    [
        Written(" "),
        Written("x" * 161),
        Written("x", words="y" * 1_000_000),
        Written("x", systems=("nowhere",)),
        Written("x", codes=["A" * 30]),
    ],
)
def test_what_cannot_be_kept(here: Cast, written: Written) -> None:
    with pytest.raises(Invalid):
        article(here, written=written)


def test_a_yes_while_raising_spares_a_case_unless_one_is_raised(here: Cast) -> None:
    held = article(here, EVERYONE)
    answering.answer(held, True, by=here.priya, at=NOON - timedelta(minutes=5), raising=True)
    answering.answer(held, True, by=here.hal, at=NOON, raising=True)
    answering.answer(held, False, by=here.gwen, at=NOON, words="Step two is missing.")
    desks = [here.elexon_desk.pk]
    with viewing(here.nia):
        assert questions.tally(desks) == {"yes": 2, "no": 1, "spared": 2}
    with viewing(here.hal):  # a competitor learns of no answer but their own
        assert questions.tally(desks)["yes"] == 1
    here.case()
    with verbs():
        answering.follow_raise(Entry.objects.filter(kind="case.raised").latest("pk"))
    with viewing(here.nia):
        assert questions.tally(desks)["spared"] == 1
    publishing.retire(held, "Old.", by=here.nia, at=NOON)
    with pytest.raises(WrongStage, match="no longer published"):
        answering.answer(held, True, by=here.priya, at=NOON)


def test_spelling_draws_on_what_everyone_reads(here: Cast) -> None:
    article(here, Readers("parties", parties=[here.sycamore.pk]), Written("Zirconium", words="secretive"))
    held = article(here, EVERYONE, Written("Cadmium", words="publicly"))
    with verbs():
        assert set(Word.objects.values_list("word", flat=True)) == {"cadmium", "publicly"}
    publishing.retire(held, "Old.", by=here.nia, at=NOON)
    with verbs():
        assert not Word.objects.exists()


def test_the_day_to_read_it_again(here: Cast) -> None:
    begun = article(here)
    days: list[Callable[[], date]] = [NOON.date, lambda: NOON.date() + timedelta(days=400)]
    for day in days:
        with pytest.raises(Invalid, match="within a year"):
            publishing.publish(begun, EVERYONE, day(), by=here.nia, at=NOON)
    publishing.publish(begun, EVERYONE, NEXT_YEAR, by=here.nia, at=NOON)
    with viewing(here.nia):
        assert [each.pk for each in questions.overdue(here.nia, NEXT_YEAR + timedelta(days=1))] == [begun.pk]
    with viewing(here.hal):
        assert questions.overdue(here.hal, NEXT_YEAR + timedelta(days=1)) == []


@pytest.mark.parametrize("sought", ["'", "& | !", "a:*", "\\", "(", "\0", "x" * 10_000, "<->", "confirmation' & !'"])
def test_no_words_break_the_search(here: Cast, sought: str) -> None:
    article(here, EVERYONE)
    finds(here.priya, sought, sought)
