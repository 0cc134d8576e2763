"""The two links that let somebody choose a password: each works once, because it is signed over the one before."""

from __future__ import annotations

from allauth.account.forms import default_token_generator as allauths
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from crossdesk.parties.models import Person


def invitation_link(person: Person) -> str:
    """Good for three days and for one password: it is signed over the password that is not there yet."""
    return f"{settings.SITE_URL}/invitation/{person.pk}/{default_token_generator.make_token(person)}/"


def is_invited_by(person: Person, token: str) -> bool:
    return not person.has_usable_password() and default_token_generator.check_token(person, token)


def new_password_link(person: Person) -> str:
    key = {"uidb36": user_pk_to_url_str(person), "key": allauths.make_token(person)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)
