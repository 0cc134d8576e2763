import pytest
from django.db import ProgrammingError, connection, transaction

from crossdesk.cases import triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.tests.cast import NOON, Cast, cast, write_to_each
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry, EntryBody
from crossdesk.threads.sight import declared_tables
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Cast:
    return cast()


def words_read_by(viewer: Viewer) -> set[str]:
    with viewing(viewer):
        return set(EntryBody.objects.exclude(words="").values_list("words", flat=True))


def test_every_table_is_declared() -> None:
    assert [table for table, sight in declared_tables().items() if sight is None] == []


def test_the_login_alone_reads_no_case() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Case.objects.count()


def test_a_competitor_sees_nothing_on_any_table(here: Cast) -> None:
    here.case()
    with viewing(here.hal):
        seen = {model.__name__: model.objects.count() for model in (Case, Entry, EntryBody, Standing, Leg, Evidence)}
    assert set(seen.values()) == {0}


def test_each_audience_is_read_by_its_own(here: Cast) -> None:
    case = here.case("Summary")
    triage.take(case, by=here.nia, at=NOON)
    leg = engage(case, here.pennine_help, Engagement("ask", "because"), by=here.nia, at=NOON)
    write_to_each(here, case, leg)
    notes = {"internal note", "to the raiser", "to the leg", "their own note", "to everyone"}
    assert words_read_by(here.nia) & notes == {"internal note", "to the raiser", "to the leg", "to everyone"}
    assert words_read_by(here.priya) & notes == {"to the raiser", "to everyone"}
    assert words_read_by(here.gwen) & notes == {"to the leg", "their own note", "to everyone"}
    assert words_read_by(here.hal) & notes == set()


def test_a_later_party_reads_earlier_items_only_when_they_were_ticked(here: Cast) -> None:
    case = here.case("Summary")
    triage.take(case, by=here.nia, at=NOON)
    shared = writing.write(case, to="raiser", words="shared on", by=here.nia, at=NOON)
    writing.write(case, to="everyone", words="before they came", by=here.nia, at=NOON)
    engage(case, here.pennine_help, Engagement("ask", "because", entries=[shared.pk]), by=here.nia, at=NOON)
    assert words_read_by(here.gwen) == {"shared on", "ask\n\nbecause"}


def test_search_finds_only_what_the_searcher_may_read(here: Cast) -> None:
    case = here.case("Summary")
    writing.write(case, to="internal", words="the gateway certificate expired", by=here.nia, at=NOON)
    found = {}
    for viewer in (here.nia, here.priya):
        with viewing(viewer), connection.cursor() as cursor:
            cursor.execute("select count(*) from search_entries('certificate', 10)")
            found[viewer.name] = cursor.fetchone()[0]
    assert found == {"Nia Bevan": 1, "Priya Nair": 0}


@pytest.mark.parametrize("statement", ["update threads_entry set kind = 'x'", "delete from threads_entry"])
def test_an_entry_is_final_for_the_application(here: Cast, statement: str) -> None:
    here.case()
    with pytest.raises(ProgrammingError, match="permission denied"), verbs(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_chains_verify_and_every_audience_has_its_own(here: Cast) -> None:
    case = here.case()
    writing.write(case, to="internal", words="note", by=here.nia, at=NOON)
    with verbs():
        assert list(broken_links()) == []
        told = Entry.objects.exclude(kind__startswith="clock.")
        assert set(told.values_list("audience", "position")) == {("raiser", 1), ("internal", 1)}


def test_reference_lists_follow_their_seats(here: Cast) -> None:
    case = here.case()
    with verbs():
        entry = Entry.objects.get(thread=case.pk, kind="case.raised")
        ReferenceSet.objects.create(case=case, entry=entry, kind="mpan", digest=b"", seats=[here.sycamore.seat_id])
    with viewing(here.hal):
        assert not ReferenceSet.objects.exists()
    with viewing(here.priya):
        assert ReferenceSet.objects.count() == 1
