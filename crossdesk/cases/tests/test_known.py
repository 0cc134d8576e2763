"""A case and the known error that answers it: who is told what, and who learns nothing."""

from __future__ import annotations

from typing import Any

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import references, triage
from crossdesk.cases.known import Known as Shown
from crossdesk.cases.known import likely_for, link_known, links_of, tell_of_fix, unlink_known
from crossdesk.cases.known_links import KnownLink
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, cast, nominated
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.models import OutboxItem
from crossdesk.known_errors import publishing
from crossdesk.known_errors.tests.conftest import Known
from crossdesk.known_errors.tests.conftest import known as with_known
from crossdesk.threads.models import Entry, EntryBody
from crossdesk.threads.viewer import Viewer, verbs, viewing


@pytest.fixture
def it(db: None) -> Known:
    return with_known(cast())


@pytest.fixture
def case(it: Known) -> Case:
    case = it.here.case()
    triage.take(case, by=it.here.nia, at=NOON)
    return case


def offered(case: Case, viewer: Viewer) -> list[Shown]:
    lists = list(case.reference_sets.all())
    return likely_for(case, viewer, said="", lists=lists, linked=links_of(case))


def told(viewer: Viewer, kind: str) -> list[str]:
    with viewing(viewer):
        keys = list(Entry.objects.filter(kind=kind).values_list("pk", flat=True))
        return list(EntryBody.objects.filter(entry__in=keys).values_list("words", flat=True))


def test_one_press_tells_the_raiser_the_workaround_and_then_the_fix(it: Known, case: Case) -> None:
    nominated(it.here)
    it.published()
    for _ in range(2):
        link_known(case, it.error, by=it.here.nia, at=NOON)
    publishing.fix(it.error, how="Release 2.3 went live.", by=it.mo, at=NOON)
    assert [tell_of_fix(it.error.pk, NOON) for _ in range(2)] == [1, 0]
    assert told(it.here.priya, "case.know") == ["Send the message again after 06:00."]
    assert told(it.here.priya, "case.known_fixed") == ["Release 2.3 went live."]
    assert told(it.here.hal, "case.known_fixed") == []
    with verbs():
        letters = list(OutboxItem.objects.filter(kind__in=["known", "known_fixed"]).order_by("pk"))
        texts = [write_letter(letter, NOON).decode() for letter in letters]
    assert [letter.kind for letter in letters] == ["known", "known_fixed"]
    assert "Send the message again after 06:00." in texts[0]
    assert "Release 2.3 went live." in texts[1]


def test_what_is_not_published_to_the_raiser_stays_with_the_desk(it: Known, case: Case) -> None:
    nominated(it.here)
    it.published("parties", it.here.harrier)
    link_known(case, it.error, by=it.here.nia, at=NOON)
    publishing.fix(it.error, how="Release 2.3 went live.", by=it.mo, at=NOON)
    assert tell_of_fix(it.error.pk, NOON) == 1
    assert told(it.here.nia, "case.known_fixed") == ["Release 2.3 went live."]
    for viewer in (it.here.priya, it.here.hal):
        with viewing(viewer):
            assert not KnownLink.objects.exists()
        assert told(viewer, "case.know") + told(viewer, "case.known_fixed") == []
    with verbs():
        assert not OutboxItem.objects.filter(kind__startswith="known").exists()


def test_links_follow_its_readers(it: Known, case: Case) -> None:
    it.published("desk")
    link_known(case, it.error, by=it.here.nia, at=NOON)
    seen = []
    for to, parties in (("parties", [it.here.sycamore]), ("parties", [it.here.harrier]), ("everyone", [])):
        publishing.readdress(it.error, to=to, parties=parties, by=it.mo, at=NOON)
        with viewing(it.here.priya):
            seen.append(len(links_of(case)))
    assert seen == [1, 0, 1]


def test_fixed_again_it_is_told_again(it: Known, case: Case) -> None:
    it.published()
    link_known(case, it.error, by=it.here.nia, at=NOON)
    for day in range(2):
        publishing.fix(it.error, how=f"Mended {day}.", by=it.mo, at=NOON.replace(day=25 + day))
        tell_of_fix(it.error.pk, NOON.replace(day=25 + day))
        publishing.came_back(it.error, why="Again.", by=it.mo, at=NOON.replace(day=25 + day))
    assert told(it.here.priya, "case.known_fixed") == ["Mended 0.", "Mended 1."]


def test_who_may_link_what(it: Known, case: Case) -> None:
    with pytest.raises(Invalid, match="is not published to you any more"):
        link_known(case, it.error, by=it.here.nia, at=NOON)
    it.published()
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk, which owns"):
        link_known(case, it.error, by=it.here.gwen, at=NOON)
    link_known(case, it.error, by=it.here.nia, at=NOON)
    unlink_known(case, it.error, why="Another fault.", by=it.here.nia, at=NOON)
    with verbs():
        assert not KnownLink.objects.exists()
    assert told(it.here.priya, "case.unknow") == ["Another fault."]


def test_triage_is_shown_what_it_may_be(it: Known, case: Case, django_assert_max_num_queries: Any) -> None:
    it.published()
    with viewing(it.here.nia), django_assert_max_num_queries(11):
        shown = offered(case, it.here.nia)
    assert [(each.error, each.because) for each in shown] == [(it.error, "Shares IF-036, words")]
    with viewing(it.here.priya):
        assert offered(case, it.here.priya) == []
    link_known(case, it.error, by=it.here.nia, at=NOON)
    with viewing(it.here.nia):
        assert offered(case, it.here.nia) == []


def test_cases_it_answered_find_it_by_their_references(it: Known, case: Case) -> None:
    it.published("desk")
    other = it.here.case("Something else altogether")
    for each in (case, other):
        references.add_list(each, [b"1012345678903\n"], "mpan", by=it.here.priya, at=NOON)
    triage.take(other, by=it.here.nia, at=NOON)
    link_known(case, it.error, by=it.here.nia, at=NOON)
    with viewing(it.here.nia):
        shown = offered(other, it.here.nia)
    assert [each.because for each in shown] == ["1 case it answered shares references with this"]
