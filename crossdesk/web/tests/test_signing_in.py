"""Signing in with each thing one may sign in with, in a real browser with a virtual key, and at a real mail server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, expect

from crossdesk.access import Role
from crossdesk.accounts.letters import send_account_letters
from crossdesk.accounts.models import AccountLetter
from crossdesk.cases.tests.cast import PASSWORD, Cast, cast
from crossdesk.exchange.tests.post_office import PostOffice
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership, Party, Person
from crossdesk.threads.viewer import verbs
from crossdesk.web.portal.tests.signed_in import at_browser
from crossdesk.web.tests.browsing import context_of, reads_well
from crossdesk.web.tests.test_live import stream

PRIYA = "priya@sycamore.example"


def with_password(address: str = PRIYA) -> Person:
    person = Person.objects.get(email=address)
    person.set_password(PASSWORD)
    person.save()
    return person


def code_of(secret: str) -> str:
    """RFC 6238, as an authenticator app works it out."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


# In a browser


@pytest.fixture
def page(served: str, chromium: Browser) -> Iterator[Page]:
    cast()
    with_password()
    context = context_of(chromium, served)
    yield context.new_page()
    context.close()


@pytest.fixture
def there(served: str) -> str:
    return f"http://localhost:{urlsplit(served).port}"


def sign_in(page: Page, there: str) -> None:
    page.goto(f"{there}/account/login/")
    page.get_by_label("Email").fill(PRIYA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page) -> None:
    """What protects an account is changed only after one more proof of who one is."""
    page.wait_for_load_state()
    if "/account/2fa/reauthenticate/webauthn/" in page.url:
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(lambda url: "reauthenticate" not in url)
    elif "/account/reauthenticate/" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url(lambda url: "reauthenticate" not in url)


def sign_out(page: Page, there: str) -> None:
    page.goto(f"{there}/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()


@pytest.mark.browser
def test_a_passkey_is_added_signs_in_and_is_removed(page: Page, there: str) -> None:
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, there)
    page.goto(f"{there}/profile/")
    reads_well(page, "profile-empty")
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(lambda url: "webauthn/add" not in url)
    page.goto(f"{there}/profile/")
    expect(page.get_by_role("cell", name="My laptop", exact=True)).to_be_visible()
    reads_well(page, "profile-with-passkey")
    sign_out(page, there)
    page.goto(f"{there}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".acting")).to_contain_text("Priya Nair")
    page.goto(f"{there}/profile/")
    page.get_by_role("link", name="Remove My laptop").click()
    confirm(page)
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("main")).to_contain_text("None yet. A passkey signs you in")
    sign_out(page, there)
    sign_in(page, there)
    expect(page.locator(".acting")).to_contain_text("Priya Nair")


@pytest.mark.browser
def test_a_code_from_an_app_is_asked_for_and_a_recovery_code_works_once(page: Page, there: str) -> None:
    sign_in(page, there)
    page.goto(f"{there}/account/2fa/totp/activate/")
    confirm(page)
    reads_well(page, "codes-set-up")
    secret = page.locator("span.mono").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Ask for codes from now on").click()
    page.goto(f"{there}/account/2fa/recovery-codes/")
    codes = page.locator("pre.mono").inner_text().split()
    assert len(codes) == 10
    reads_well(page, "recovery-codes")
    for given, lets_in in ((codes[0], True), (codes[0], False), (codes[1], True)):
        page.context.clear_cookies()
        sign_in(page, there)
        expect(page).to_have_url(re.compile("/account/2fa/authenticate/"))
        page.locator("input[name=code]").fill(given)
        page.locator("input[name=code]").press("Enter")
        if lets_in:
            expect(page.locator(".acting")).to_contain_text("Priya Nair")
        else:
            expect(page.locator("main")).to_contain_text("Incorrect code")
    stored = Authenticator.objects.get(user__email=PRIYA, type="totp")
    assert secret not in str(stored.data)


@pytest.mark.browser
def test_signing_out_everywhere_ends_the_other_browser_at_once(page: Page, there: str, chromium: Browser) -> None:
    sign_in(page, there)
    other = context_of(chromium, there).new_page()
    sign_in(other, there)
    expect(other.locator(".acting")).to_contain_text("Priya Nair")
    session = next(each["value"] for each in other.context.cookies() if each["name"] == "sessionid")
    with stream(there.replace("localhost", "127.0.0.1"), session) as answer:
        page.goto(f"{there}/profile/")
        page.get_by_role("button", name="Sign out everywhere else").click()
        expect(page.get_by_text("Signed out there.")).to_be_visible()
        other.reload()
        expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
        while answer.readline():  # the recheck ends it
            pass
    other.context.close()


# By the protocol


@pytest.mark.django_db
def test_a_party_asks_for_a_second_factor_and_a_password_alone_opens_nothing_of_it() -> None:
    people = cast()
    with verbs():
        Membership.objects.filter(person=people.priya.person).update(roles=[Role.ADMINISTRATOR])
    client = at_browser(people.priya)
    client.post(f"/directory/parties/{people.sycamore.pk}/second-factor/", {"on": "1"})
    assert asks(people.sycamore)
    for path in ("/cases/", "/profile/", f"/directory/parties/{people.sycamore.pk}/people/"):
        refused = client.get(path)
        assert refused.status_code == 403
        assert "Sycamore Energy asks for more than a password" in refused.content.decode()
    session = client.session
    session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa"}]
    session.save()
    assert client.get("/cases/").status_code == 200


@pytest.mark.django_db
def test_only_the_partys_administrator_asks_for_it() -> None:
    people = cast()
    for viewer in (people.priya, people.hal, people.nia):
        answer = at_browser(viewer).post(f"/directory/parties/{people.sycamore.pk}/second-factor/", {"on": "1"})
        assert answer.status_code == 403
    assert not asks(people.sycamore)


def asks(party: Party) -> bool:
    with verbs():
        return Party.objects.get(pk=party.pk).second_factor


@pytest.mark.django_db
def test_a_forgotten_password_is_replaced_by_a_letter_that_really_arrives(office: PostOffice) -> None:
    cast()
    with_password()
    client = Client(SERVER_NAME="127.0.0.1")
    told = client.post("/account/password/reset/", {"email": PRIYA}, follow=True).content.decode()
    assert send_account_letters() == 1
    letter = office.letters[0]
    assert letter["To"] == PRIYA
    assert letter["Auto-Submitted"] == "auto-generated"
    text, drawn = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text
    assert drawn
    link = re.search(r"http\S+", text.get_content())
    assert link
    assert f'<a href="{link[0]}"' in drawn.get_content()
    form = client.get(urlsplit(link[0]).path, follow=True)
    words = {"password1": "quiet river stones", "password2": "quiet river stones"}
    assert client.post(form.request["PATH_INFO"], words, follow=True).status_code == 200
    assert Person.objects.get(email=PRIYA).check_password("quiet river stones")
    assert "Look in your mail" in told
    again = Client(SERVER_NAME="127.0.0.1").get(urlsplit(link[0]).path, follow=True)
    assert "password1" not in again.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_told_the_same_and_gets_no_letter(office: PostOffice) -> None:
    cast()
    with_password()
    client = Client(SERVER_NAME="127.0.0.1")
    known, unknown = (
        client.post("/account/password/reset/", {"email": each}, follow=True) for each in (PRIYA, "nobody@else.example")
    )
    assert [known.status_code, known.redirect_chain] == [unknown.status_code, unknown.redirect_chain]
    assert send_account_letters() == 1
    assert [letter["To"] for letter in office.letters] == [PRIYA]
    assert list(AccountLetter.objects.values_list("to_address", flat=True)) == [PRIYA]


@pytest.mark.django_db
def test_a_letter_the_server_cannot_take_is_tried_again_and_then_given_up(office: PostOffice) -> None:
    cast()
    with_password()
    office.full = True
    Client(SERVER_NAME="127.0.0.1").post("/account/password/reset/", {"email": PRIYA})
    send_account_letters()
    waiting = AccountLetter.objects.get()
    assert waiting.state == AccountLetter.State.WAITING
    assert waiting.next_try_at > now()
    office.full = False
    assert send_account_letters(lambda: waiting.next_try_at) == 1


@pytest.mark.django_db
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer_in_the_same_time() -> None:
    cast()
    with_password()

    def tried(address: str) -> tuple[str, float]:
        took = []
        for _ in range(3):
            began = time.process_time()
            answer = Client(SERVER_NAME="127.0.0.1").post("/account/login/", {"login": address, "password": "wrong"})
            took.append(time.process_time() - began)
        said = re.search(r'<div class="note bad".*?</div></div>', answer.content.decode(), re.DOTALL)
        assert said
        return said[0], min(took)

    (known, knew), (unknown, guessed) = tried(PRIYA), tried("nobody@else.example")
    assert known == unknown
    assert 0.6 < knew / guessed < 1.6


@pytest.mark.django_db
def test_strangers_run_out_of_tries_and_a_browser_that_signed_in_before_does_not() -> None:
    cast()
    with_password()
    right = {"login": PRIYA, "password": PASSWORD}
    own = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="192.0.2.1")
    assert own.post("/account/login/", right).status_code == 302
    own.post("/account/logout/")
    for number in range(6):
        stranger = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=f"192.0.2.{number + 10}")
        told = stranger.post("/account/login/", {"login": PRIYA, "password": "wrong"}).content.decode()
    assert "Too many failed login attempts" in told
    assert own.post("/account/login/", right).status_code == 302
    assert Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="192.0.2.99").post("/account/login/", right).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "secure"), [("http://127.0.0.1:8000", False), ("https://desk.example", True)])
def test_the_session_cookie_is_for_our_server_alone(address: str, secure: bool) -> None:
    cast()
    with_password()
    with override_settings(SESSION_COOKIE_SECURE=secure, CSRF_COOKIE_SECURE=secure, SECURE=secure, SITE_URL=address):
        client = Client(SERVER_NAME="127.0.0.1")
        answer = client.post("/account/login/", {"login": PRIYA, "password": PASSWORD})
    for cookie in (client.cookies["sessionid"], client.cookies["known_browser"]):
        assert (bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"]) == (secure, True, "Lax")
    assert ("Strict-Transport-Security" in answer) is secure


@pytest.mark.django_db
def test_a_person_acts_first_for_the_party_they_chose(here: Cast) -> None:
    from crossdesk.parties.founding import join

    with verbs():
        join(Person.objects.get(pk=here.priya.person or 0), here.harrier, Role.SERVICE_USER, since=now())
    client = at_browser(here.priya)
    assert "for <b>Harrier Energy</b>" in client.get("/cases/").content.decode()
    client.post("/profile/party/", {"party": here.sycamore.pk})
    assert "for <b>Sycamore Energy</b>" in at_browser(here.priya).get("/cases/").content.decode()
    refused = client.post("/profile/party/", {"party": here.elexon.pk})
    assert "You do not act for that organisation" in refused.content.decode()


@pytest.mark.django_db
def test_nobody_ends_the_session_of_somebody_else(here: Cast) -> None:
    with_password()
    priya = Client(SERVER_NAME="127.0.0.1")
    priya.post("/account/login/", {"login": PRIYA, "password": PASSWORD})
    with verbs():
        kept = UserSession.objects.get(user__email=PRIYA)
    at_browser(here.hal).post("/profile/sessions/", {"which": str(kept.pk)})
    assert priya.get("/cases/").status_code == 200
