"""Sign-in is by invitation: nobody makes themselves an account."""

from __future__ import annotations

import secrets
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crossdesk.accounts import letters
from crossdesk.accounts.links import is_invited_by
from crossdesk.accounts.models import AccountLetter
from crossdesk.kit.sealed import seal, unseal
from crossdesk.kit.time import now
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import verbs

KNOWN_BROWSER = "known_browser"
A_YEAR = 365 * 24 * 3600


class ByInvitation(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """A browser that has signed in to this address before is counted by itself, and all strangers together: they
        run out of tries, and its person does not."""
        address = str(credentials.get("email", "")).lower()
        return f"{address} {_known_browser(request, address) or 'strangers'}"

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        mark = f"{_mark(user.email)}.{_known_browser(request, user.email) or secrets.token_hex(8)}"
        response.set_signed_cookie(
            KNOWN_BROWSER, mark, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
        return response


class ForgottenPassword(ResetPasswordForm):  # type: ignore[misc]
    """The same single row for an address that is known and one that is not: neither words nor time tell them apart."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address = cast(str, self.cleaned_data["email"])
        with verbs():
            letters.ask_for(AccountLetter.Kind.PASSWORD, address, at=now())
        return address


def _mark(address: str) -> str:
    """Whose browser it is, without writing the address into it."""
    return salted_hmac("crossdesk known browser", address.lower()).hexdigest()[:32]


def _known_browser(request: HttpRequest, address: str) -> str | None:
    try:
        kept = request.get_signed_cookie(KNOWN_BROWSER, max_age=A_YEAR)
    except (KeyError, BadSignature):
        return None
    mark, _, number = (kept or "").partition(".")
    return number if mark == _mark(address) else None


class FirstPassword(forms.Form):
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, person: Person, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None or not is_invited_by(person, token):
        return render(request, "account/invitation.html", {"person": None, "form": None}, status=410)
    form = FirstPassword(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        person.set_password(form.cleaned_data["password"])
        person.save(update_fields=["password"])
        messages.success(request, "The password is kept. Sign in with it.")
        return redirect("/account/login/")
    return render(request, "account/invitation.html", {"person": person, "form": form})


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The secret behind a person's codes does not stand in the database as it is."""

    def encrypt(self, text: str) -> str:
        return seal(text, (settings.SECRET_KEY,))

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)) or ""
