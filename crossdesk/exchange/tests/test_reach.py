"""Who can be reached: proven, silent, bounced, never tried, not confirmed; and who may know it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import NotAllowed, Role
from crossdesk.cases import triage
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.desks.ways import Channel
from crossdesk.exchange import measuring, reach
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.readings import Reading
from crossdesk.exchange.sending import returned, send_due
from crossdesk.exchange.tests.far_side import line_to
from crossdesk.exchange.tests.post_office import PostOffice, arrive, engaged, nominate, written
from crossdesk.parties import contacts
from crossdesk.threads.viewer import verbs, viewing
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def of_service_desk(here: Cast, after: timedelta) -> reach.Found:
    with verbs():
        return reach.of_desk(here.pennine_service, NOON + after)


def test_a_desk_is_never_tried_then_silent_then_proven_then_bounced(here: Cast, office: PostOffice) -> None:
    with verbs():
        assert reach.of_desk(here.pennine_help, NOON).reading is Reading.HERE
    assert of_service_desk(here, DAY).words(NOON) == "never tried"
    leg = engaged(here)
    send_due(lambda: NOON)
    assert of_service_desk(here, DAY).words(NOON + DAY) == "tried 1 day ago, never answered"
    silent = of_service_desk(here, 3 * DAY)
    assert (silent.reading, silent.since, silent.lost) == (Reading.SILENT, NOON, True)
    reply = str(office.letters[0]["Reply-To"])
    arrive(written("service@pennine.example", reply, "Re: it", "We look."), reply)
    assert of_service_desk(here, 3 * DAY).words(NOON + 3 * DAY) == "proven 2 days ago"
    assert of_service_desk(here, 100 * DAY).reading is Reading.UNPROVEN
    with verbs():
        again = OutboxItem.objects.get(leg=leg)
        OutboxItem.objects.filter(pk=again.pk).update(created_at=NOON + 4 * DAY)
        again.refresh_from_db()
        returned(again, "550 no such mailbox", NOON + 4 * DAY)
    bounced = of_service_desk(here, 5 * DAY)
    assert (bounced.reading, bounced.path, bounced.why) == (
        Reading.BOUNCED,
        "service@pennine.example",
        "550 no such mailbox",
    )


def test_a_line_that_does_not_answer_names_its_fallbacks(here: Cast) -> None:
    line = line_to(here, "http://localhost:1", "secret", fallbacks=(Channel.MAIL, Channel.PHONE))
    with verbs():
        type(line).objects.update(trouble="Their server said 503.", trouble_since=NOON)
    found = of_service_desk(here, DAY)
    assert (found.reading, found.fallback) == (Reading.SHUT, "e-mail, then telephone")


def test_a_party_confirms_its_contact_with_one_press(here: Cast) -> None:
    ada = somebody("Ada Lin", here.sycamore, Role.ADMINISTRATOR)
    with verbs():
        assert reach.of_party(here.sycamore, NOON).reading is Reading.NONE
        assert (reach.why_not_reachable(here.sycamore, NOON) or "").startswith("Sycamore Energy: no way")
    contact = nominate(here.sycamore, "team@sycamore.example")
    later = NOON + 200 * DAY
    with verbs():
        assert reach.of_party(here.sycamore, later).words(later) == "contact not confirmed for 200 days"
        with pytest.raises(NotAllowed):
            contacts.confirm(contact, by=here.nia, at=later)
    page = at_browser(ada)
    assert "Still right" in page.get(f"/directory/parties/{here.sycamore.pk}/").content.decode()
    done = page.post(f"/directory/contacts/{contact.pk}/confirmation/", follow=True).content.decode()
    assert "confirmed" in done
    with verbs():
        contact.refresh_from_db()
        assert contact.confirmed_by == "Ada Lin, Sycamore Energy"


def test_the_central_desk_sees_who_cannot_be_reached_and_a_competitor_nothing(here: Cast) -> None:
    nominate(here.harrier, "team@harrier.example")
    assert measuring.measure(NOON) == 1
    assert measuring.measure(NOON + DAY) == 1  # kept in place, not added
    page = at_browser(here.nia).get("/directory/unreached/").content.decode()
    assert "Sycamore Energy" in page
    assert "No way to reach it" in page
    assert "Elexon</a>" not in page  # its desk works here, so nobody need be nominated
    assert page.index("Sycamore Energy") < page.index("team@harrier.example")  # lost before in doubt
    assert "never tried" in page.lower()
    with viewing(here.hal):
        assert set(measuring.of_parties([here.sycamore.pk, here.harrier.pk])) == {here.harrier.pk}
    assert "Sycamore" not in at_browser(here.hal).get("/directory/unreached/").content.decode()
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    preview = at_browser(here.nia).get(f"/cases/{case.reference}/engagement?to={here.pennine_service.pk}")
    assert "This path was never proven" in preview.content.decode()
