from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crossdesk.cases import triage
from crossdesk.cases.lifecycle import LegStage, Outcome, Stage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, viewing

Browser = Callable[[Viewer], Client]


def now_is(case: Case, viewer: Viewer) -> Case:
    with viewing(viewer):
        return Case.objects.prefetch_related("legs").get(pk=case.pk)


def do(client: Client, case: Case, path: str, status: int = 302, **given: Any) -> str:
    response = client.post(f"/cases/{case.reference}/{path}", given)
    text = response.content.decode()
    assert response.status_code == status, text
    return text


def owned(here: Cast) -> Case:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def test_a_case_runs_through_its_pages(here: Cast, browser: Browser) -> None:
    case, nia, gwen, priya = here.case(), browser(here.nia), browser(here.gwen), browser(here.priya)
    do(nia, case, "taking")
    do(nia, case, "ownership", note="We look at it.")
    do(nia, case, "priority", impact="impact-several", urgency="urgency-now")
    do(nia, case, "engagement", to=here.pennine_help.pk, ask="Confirm the MPANs.", outside_because="Your load.")
    do(gwen, case, "legs/1/acknowledgement", their_reference="INC1")
    do(gwen, case, "legs/1/start")
    do(gwen, case, "legs/1/question", words="Which night?", due_at="2030-01-01T10:00")
    do(nia, case, "legs/1/answer", words="The last one.")
    do(gwen, case, "legs/1/resolution", words="It ran again.")
    do(nia, case, "legs/1/confirmation")
    do(nia, case, "question", words="Has it arrived?", due_at="2030-01-01T10:00")
    do(priya, case, "answer", words="Yes.")
    do(nia, case, "resolution", words="All arrived.")
    do(priya, case, "dispute", why="Two are missing.")
    do(nia, case, "resolution", words="Those two as well.")
    do(priya, case, "confirmation")
    after = now_is(case, here.nia)
    assert (after.stage, after.outcome, after.priority) == (Stage.CLOSED, Outcome.FIXED, after.priority)
    assert after.priority in {1, 2}
    assert next(iter(after.legs.all())).stage == LegStage.CONFIRMED
    do(priya, case, "reopening", why="It came back.")
    assert now_is(case, here.nia).stage == Stage.TRIAGE


@pytest.mark.parametrize(
    "path",
    ["taking", "ownership", "redirection", "priority", "assignment", "engagement", "question", "link", "resolution",
     "words", "closure", "withdrawal", "dispute", "confirmation", "refusal", "duplicate", "reopening", "answer",
     "evidence", "references"],
)  # fmt: skip
def test_each_act_has_a_page_that_a_keyboard_alone_can_use(here: Cast, browser: Browser, path: str) -> None:
    case = owned(here)
    for viewer in (here.nia, here.priya):
        assert browser(viewer).get(f"/cases/{case.reference}/{path}").status_code == 200


def test_the_slower_of_two_keeps_their_words_and_is_told_what_changed(here: Cast, browser: Browser) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    with viewing(here.tom):
        seen = Entry.objects.filter(thread=case.pk).order_by("-seq")[0].seq
    triage.own(case, by=here.nia, at=NOON)
    text = do(browser(here.nia), case, "redirection", status=422, why="My long words <b>", to_words="")
    assert "My long words &lt;b&gt;" in text
    gwens = here.case("Another")
    assert gwens.pk != case.pk
    text = do(browser(here.tom), case, "resolution", status=409, words="My long words <b>", seen=seen)
    assert "Nia Bevan was here before you" in text
    assert "My long words &lt;b&gt;" in text
    assert "What changed meanwhile" in text
    assert f'name="seen" value="{seen + 1}"' in text


def test_a_refused_engagement_keeps_words_and_ticks(here: Cast, browser: Browser) -> None:
    case = owned(here)
    with viewing(here.nia):
        entry = Entry.objects.filter(thread=case.pk, audience="raiser").earliest("seq")
    given = {"to": here.pennine_help.pk, "ask": "Look at it.", "outside_because": "", "entries": [entry.pk]}
    text = do(browser(here.nia), case, "engagement", status=422, **given)
    assert "Look at it." in text
    assert f'value="{entry.pk}" checked' in text


def test_only_what_was_ticked_reaches_the_engaged_desk(here: Cast, browser: Browser) -> None:
    case = owned(here)
    preview = browser(here.nia).get(f"/cases/{case.reference}/engagement?to={here.pennine_help.pk}").content.decode()
    assert "New readers: everybody at Pennine Grid help desk" in preview
    with viewing(here.nia):
        first, *rest = Entry.objects.filter(thread=case.pk).order_by("seq")
    do(
        browser(here.nia), case, "engagement",
        to=here.pennine_help.pk, ask="Look.", outside_because="Yours.", entries=[first.pk],
    )  # fmt: skip
    with viewing(here.gwen):
        read = set(Entry.objects.filter(thread=case.pk).values_list("pk", flat=True))
    assert first.pk in read
    assert not read & {entry.pk for entry in rest}


def test_a_raiser_is_told_who_engages_and_shown_no_form(here: Cast, browser: Browser) -> None:
    case = owned(here)
    address = f"/cases/{case.reference}/engagement?to={here.pennine_help.pk}"
    text = browser(here.priya).get(address).content.decode()
    assert "Only Elexon Service Desk, which owns" in text
    assert 'name="ask"' not in text
    given = {"to": here.pennine_help.pk, "ask": "Look.", "outside_because": "Yours."}
    do(browser(here.priya), case, "engagement", status=403, **given)
    assert "Choose the desk to engage first." in do(browser(here.nia), case, "engagement", status=422, ask="Look.")


def test_an_internal_note_cannot_be_ticked(here: Cast, browser: Browser) -> None:
    case, nia = owned(here), browser(here.nia)
    do(nia, case, "words", audience="internal", words="Between us")
    with viewing(here.nia):
        note = Entry.objects.get(thread=case.pk, audience="internal")
    do(nia, case, "engagement", status=422, to=here.pennine_help.pk, ask="a", outside_because="b", entries=[note.pk])


def test_an_audience_that_is_not_yours_is_refused_with_the_words_kept(here: Cast, browser: Browser) -> None:
    case = here.case()
    text = do(browser(here.priya), case, "words", status=403, audience="everyone", words="Hello all")
    assert "you cannot write to that audience" in text
    assert "Hello all" in text


def test_a_redirect_names_the_right_desk(here: Cast, browser: Browser) -> None:
    case, nia = here.case(), browser(here.nia)
    do(nia, case, "taking")
    do(nia, case, "redirection", why="The load is theirs.", to=here.pennine_help.pk)
    assert now_is(case, here.priya).outcome == Outcome.REDIRECTED
    text = browser(here.priya).get(f"/cases/{case.reference}/").content.decode()
    assert "Redirected it to Pennine Grid help desk" in text


def test_a_link_to_a_case_one_cannot_see_is_a_link_to_nothing(here: Cast, browser: Browser) -> None:
    case, other = owned(here), here.case("A parent")
    do(browser(here.nia), case, "link", status=422, parent="CP-2222-2222")
    do(browser(here.nia), case, "link", parent=other.reference, why="The same load.")
    assert "The same load." not in browser(here.priya).get(f"/cases/{case.reference}/").content.decode()


def test_proof_is_added_for_the_readers_chosen(here: Cast, browser: Browser) -> None:
    case, nia = owned(here), browser(here.nia)
    do(nia, case, "evidence", file=SimpleUploadedFile("<b>gate way.log", b"a line"), audience="internal")
    do(nia, case, "references", kind="transaction", text="T-1\nT-2\nT-2", audience="raiser")
    do(nia, case, "references", status=422, kind="transaction", text="", audience="raiser")
    do(nia, case, "evidence", status=422, file=SimpleUploadedFile("x.log", b"a"), audience="leg:1")
    ours, theirs = (browser(v).get(f"/cases/{case.reference}/").content.decode() for v in (here.nia, here.priya))
    assert "gate way.log" in ours
    assert "<b>gate" not in ours
    assert "gate way.log" not in theirs
    assert "distinct DIP transaction ids" in theirs


def test_an_engaged_desk_declines_and_assigns_its_own_leg_only(here: Cast, browser: Browser) -> None:
    case, nia, gwen = owned(here), browser(here.nia), browser(here.gwen)
    do(nia, case, "engagement", to=here.pennine_help.pk, ask="Look.", outside_because="Yours.")
    do(nia, case, "legs/1/declining", status=403, why="Not mine.")
    do(gwen, case, "legs/1/assignment", status=422, group=here.dip_team.pk)
    do(gwen, case, "legs/1/declining", why="Not ours.", to_words="The metering service")
    assert next(iter(now_is(case, here.nia).legs.all())).redirect_words == "The metering service"
    do(gwen, case, "legs/2/start", status=404)
