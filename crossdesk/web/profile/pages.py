"""One page for what concerns only oneself: name, look, keys, ways to sign in, and where one is signed in."""

from __future__ import annotations

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import Invalid, Role
from crossdesk.kit.time import now
from crossdesk.parties import people
from crossdesk.parties.models import Membership, Person
from crossdesk.threads.viewer import verbs
from crossdesk.web.profile.browsers import told
from crossdesk.web.seeing import Seen
from crossdesk.web.signed import only_for

Type = Authenticator.Type


@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest, *, trouble: str = "", name: str | None = None) -> HttpResponse:
    person, acting = cast(Person, request.user), cast(Seen, request).acting
    with verbs():  # one's own rows only: no seat reads how somebody signs in
        kept = list(Authenticator.objects.filter(user=person).order_by("created_at"))
        sessions = UserSession.objects.purge_and_list(person)
        memberships = list(people.memberships_of(person, now()))
        codes = next((each for each in kept if each.type == Type.RECOVERY_CODES), None)
        left = len(RecoveryCodes(codes).get_unused_codes()) if codes else 0
    context = {
        "person": person,
        "name": person.name if name is None else name,
        "memberships": [(each, _roles(each)) for each in memberships if _open(request, each)],
        "default": person.default_party_id,
        "passkeys": [each for each in kept if each.type == Type.WEBAUTHN],
        "app_codes": next((each for each in kept if each.type == Type.TOTP), None),
        "recovery_left": left if codes else None,
        "sessions": [
            {"pk": each.pk, "told": told(each.user_agent), "ip": each.ip, "since": each.created_at, "here": here}
            for each in sorted(sessions, key=lambda each: each.created_at, reverse=True)
            for here in [each.session_key == request.session.session_key]
        ],
        "by_provider": only_for(request.session) is not None,
        "asks": acting.asks_second_factor,
        "trouble": trouble,
    }
    return render(request, "profile/profile.html", context, status=422 if trouble else 200)


@require_POST
def keep_name(request: HttpRequest) -> HttpResponse:
    given = request.POST.get("name", "")
    try:
        with verbs():
            people.rename(cast(Person, request.user), given)
    except Invalid as refused:
        return show(request, trouble=refused.sentence, name=given)
    messages.success(request, "Your name is kept; what you wrote before keeps the name it was written under.")
    return redirect("/profile/")


@require_POST
def keep_default_party(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("party", "")
    try:
        with verbs():
            people.act_first_for(cast(Person, request.user), int(chosen) if chosen.isdecimal() else None, at=now())
    except Invalid as refused:
        return show(request, trouble=refused.sentence)
    messages.success(request, "Kept. It holds from your next sign-in.")
    return redirect("/profile/")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """One of them, all others, or every one with this."""
    which, here = request.POST.get("which", ""), request.session.session_key
    with verbs():
        mine = UserSession.objects.filter(user=cast(Person, request.user))
        if which == "others":
            mine = mine.exclude(session_key=here)
        elif which != "all":
            mine = mine.filter(pk=int(which) if which.isdecimal() else 0)
        ending = list(mine)
        for each in ending:
            each.end()
        if which == "all" or any(each.session_key == here for each in ending):
            logout(request)
            return redirect("/account/login/")
    messages.success(request, "Signed out there." if ending else "That session had ended already.")
    return redirect("/profile/")


def _open(request: HttpRequest, membership: Membership) -> bool:
    return only_for(request.session) in (None, membership.party_id)


def _roles(membership: Membership) -> str:
    return ", ".join(Role(each).label for each in membership.roles)
