"""Sign-in is by invitation: nobody makes themselves an account."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crossdesk.parties.models import Person


class ByInvitation(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def invitation_link(person: Person) -> str:
    """Good for three days and for one password: it is signed over the password that is not there yet."""
    return f"{settings.SITE_URL}/invitation/{person.pk}/{default_token_generator.make_token(person)}/"


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
    if person is None or person.has_usable_password() or not default_token_generator.check_token(person, token):
        return render(request, "account/invitation.html", {"person": None, "form": None}, status=410)
    form = FirstPassword(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        person.set_password(form.cleaned_data["password"])
        person.save(update_fields=["password"])
        messages.success(request, "The password is kept. Sign in with it.")
        return redirect("/account/login/")
    return render(request, "account/invitation.html", {"person": person, "form": form})
