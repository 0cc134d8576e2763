"""Every form that writes: it carries a token, and a double click or a re-sent form writes once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import QuerySet
from django.test import Client

from crossdesk.access import Role
from crossdesk.cases.drafts import Draft
from crossdesk.cases.models import Case
from crossdesk.cases.saved_views import SavedView
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.desks.models import Desk, ResolverGroup
from crossdesk.notices.models import Briefing
from crossdesk.parties.models import Contact, Membership, Party, Person
from crossdesk.threads.models import Entry, Sending
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.console.tests.test_queue_by_hand import keys
from crossdesk.web.majors.tests.conftest import declared
from crossdesk.web.portal.tests.test_raising import filled, told

Browser = Callable[[Viewer], Client]
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
WITHOUT = {
    "not_taken.html": "gives back what was sent, and with it the token it was sent with",
    "notices/unsubscribe.html": "the address itself is the token; to stop twice is to stop",
}
FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)


def test_no_form_that_sends_is_without_its_token() -> None:
    found = [
        (path.relative_to(TEMPLATES).as_posix(), form)
        for path in TEMPLATES.rglob("*.html")
        for form in FORM.findall(path.read_text())
    ]
    assert len(found) > 80
    bare = {name for name, form in found if "csrf_input" not in form and "{{ csrf }}" not in form}
    assert bare <= {*WITHOUT}, "give the form {{ csrf_input }}: it brings the token of a single sending"


def test_every_view_of_somebody_signed_in_is_behind_it() -> None:
    middleware = settings.MIDDLEWARE
    assert (
        middleware.index("crossdesk.web.once.OnceMiddleware")
        == middleware.index("crossdesk.web.seeing.ViewerMiddleware") + 1
    )


def token(client: Client, address: str) -> str:
    found = re.findall(r'name="once" value="([^"]+)"', client.get(address).content.decode())
    assert found, f"{address} has no token"
    assert len(found) == len({*found})
    return str(found[-1])


def administrator(here: Cast) -> Viewer:
    with verbs():
        Membership.objects.filter(person=here.nia.person).update(roles=[Role.ADMINISTRATOR, Role.AGENT])
    return here.nia


def rows(of: Any, /, **which: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = of.objects.filter(**which)
    return found


Story = Callable[[Cast], tuple[Viewer, str, str, dict[str, Any], QuerySet[Any]]]


def _raising(here: Cast) -> Any:
    return here.priya, "/raise/?query_type=dip-message-failure", "/raise/", filled(here), rows(Case)


def _keeping_a_draft(here: Cast) -> Any:
    given = {"query_type": "dip-message-failure", "summary": "Half a thought", "impact": "Not yet known"}
    return here.priya, "/raise/?query_type=dip-message-failure", "/raise/draft/", given, rows(Draft)


def _a_view(here: Cast) -> Any:
    given = {"desk": here.elexon_desk.pk, "view": "us", "name": "Mine"}
    return here.nia, "/queue/", "/queue/views", given, rows(SavedView)


def _many(here: Cast) -> Any:
    case = here.case()
    given = {"desk": here.elexon_desk.pk, "verb": "take", "row": keys(here.nia, case)}
    return here.nia, "/queue/", "/queue/many", given, rows(Entry, kind="case.take")


def _a_person(here: Cast) -> Any:
    at = f"/directory/parties/{here.elexon.pk}/people/"
    given = {"email": "new@elexon.example", "name": "New Person", "roles": ["agent"], "how": "link"}
    return administrator(here), at, at, given, rows(Person)


def _a_party(here: Cast) -> Any:
    given = {
        "name": "Wren Metering",
        "role-supplier": "on",
        "email": "ada@wren.example",
        "person": "Ada Wren",
        "how": "link",
    }
    at = "/directory/parties/new/"
    return administrator(here), at, at, given, rows(Party)


def _a_desk(here: Cast) -> Any:
    at = f"/directory/desks/new/?owner={here.elexon.pk}"
    given = {"name": "Second desk", "home": "hosted", "rule": "rec", "provider": here.elexon.pk}
    return administrator(here), at, at, given, rows(Desk)


def _a_group(here: Cast) -> Any:
    at = f"/directory/parties/{here.elexon.pk}/people/"
    to = f"/directory/desks/{here.elexon_desk.pk}/groups/"
    return administrator(here), at, to, {"name": "Portal operations"}, rows(ResolverGroup)


def _a_contact(here: Cast) -> Any:
    at = f"/directory/parties/{here.harrier.pk}/"
    given = {"name": "Ops", "address": "ops@harrier.example", "nominated_by": "Hal Reed", "nominated_at": "2026-11-24"}
    return administrator(here), at, f"{at}contacts/", given, rows(Contact)


def _words_in_the_room(here: Cast) -> Any:
    there = declared(here)
    given = {"words": "Restarted the load.", "kind": "internal", "seen": 0}
    return there.ewan, f"{there.address}words", f"{there.address}words", given, rows(Entry, body__words=given["words"])


def _an_update(here: Cast) -> Any:
    there = declared(here)
    given = {
        "title": "Late data",
        "words-happened-1": "Loads fail.",
        "mark-happened-1": "public",
        "audiences": "affected",
    }
    at = f"{there.address}update/"
    return there.ewan, at, f"{at}draft/", given, rows(Briefing)


STORIES = (
    _raising, _keeping_a_draft, _a_view, _many, _a_person, _a_party, _a_desk, _a_group, _a_contact, _words_in_the_room,
    _an_update,
)  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_sent_twice_it_is_written_once(here: Cast, browser: Browser, story: Story) -> None:
    viewer, at, to, given, made = story(here)
    client = browser(viewer)
    given = given | {"once": token(client, at)}
    with verbs():
        before = made.count()
    first = client.post(to, given)
    assert first.status_code in (200, 302), first.content.decode()
    with verbs():
        after = made.count()
        entries = Entry.objects.count()
    second = client.post(to, given)
    assert (after, second.status_code) == (before + 1, 302)
    if first.status_code == 302:
        assert second["Location"] == first["Location"]
    with verbs():
        assert (made.count(), Entry.objects.count()) == (after, entries)
    assert "sent twice, and done once" in client.get(second["Location"], follow=True).content.decode()


def test_what_was_refused_leaves_no_trace(here: Cast, browser: Browser) -> None:
    client = browser(here.priya)
    given = filled(here, summary="") | {"once": token(client, "/raise/?query_type=dip-message-failure")}
    assert client.post("/raise/", given).status_code == 422
    nia = browser(here.nia)
    nia.post("/queue/views", {"desk": here.elexon_desk.pk, "name": "", "once": token(nia, "/queue/")})
    with verbs():
        assert not Sending.objects.exists()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("headers", [{}, {"X-Upload": "1"}])
def test_identical_posts_at_the_same_moment_raise_one_case(browser: Browser, headers: dict[str, str]) -> None:
    here = cast()
    clients = [browser(here.priya) for _ in range(3)]
    given = filled(here) | {"once": token(clients[0], "/raise/?query_type=dip-message-failure")}
    start = Barrier(len(clients))

    def press(client: Client) -> str:
        try:
            start.wait(30)
            answer = client.post("/raise/", given, headers=headers)
            return str(told(answer)[-1]["next"] if headers else answer["Location"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as pool:
        assert len({*pool.map(press, clients)}) == 1
    with verbs():
        assert Case.objects.count() == 1
