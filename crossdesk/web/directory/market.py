"""Adding parties and desks, and keeping what nobody publishes about a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from crossdesk.access import Invalid
from crossdesk.accounts import letters
from crossdesk.accounts.links import invitation_link
from crossdesk.accounts.models import AccountLetter
from crossdesk.desks import keeping
from crossdesk.desks.models import Desk
from crossdesk.desks.policy import why_not_keep_desk, why_not_keep_market
from crossdesk.kit.time import now
from crossdesk.parties import people
from crossdesk.parties.models import MarketRole, Party
from crossdesk.rulebook import current
from crossdesk.threads.viewer import verbs
from crossdesk.web.once import sending_of
from crossdesk.web.seeing import Seen

DESK_FIELDS = ("name", "home", "address", "telephone", "hours", "triage_minutes", "answer_minutes")


@require_http_methods(["GET", "POST"])
def new_party(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _party_form(request, None, {})
    viewer, given = cast(Seen, request).viewer, request.POST

    def act() -> tuple[Party, str]:
        party = keeping.add_party(
            given.get("name", ""), given.get("short", ""), _held(given), by=viewer, book=current()
        )
        email = given.get("email", "").strip()
        if not email:
            return party, ""
        membership, new = people.invite_first(party, email=email, name=given.get("person", ""), at=now())
        if given.get("how") == "letter":
            signed = f"{viewer.name}, {viewer.party_name}"[:160]
            address = membership.person.email
            letters.ask_for(AccountLetter.Kind.INVITATION, address, at=now(), party=party, by=signed)
            return party, ""
        return party, invitation_link(membership.person) if new else ""

    try:
        with verbs():
            party, link = act()
    except Invalid as refused:
        return _party_form(request, None, given.dict(), refused.sentence)
    if link:
        sending_of(request).answer = f"/directory/parties/{party.pk}/"  # the link is shown once, to one sending
        return render(request, "directory/party_added.html", {"party": party, "link": link})
    messages.success(request, f"{party} is in the directory.")
    return redirect(f"/directory/parties/{party.pk}/")


@require_http_methods(["GET", "POST"])
def market_roles(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    viewer = cast(Seen, request).viewer
    if request.method == "GET":
        said = {"name": party.name, "short": party.short_name}
        for held in MarketRole.objects.filter(party=party):
            said |= {
                f"role-{held.role}": "1",
                f"mpid-{held.role}": held.mpid,
                f"dip-{held.role}": held.dip_id,
                f"distributor-{held.role}": held.distributor_id,
            }
        return _party_form(request, party, said)

    def act() -> None:
        keeping.set_market_roles(party, _held(request.POST), by=viewer, book=current())

    refused = _tried(act)
    if refused:
        return _party_form(request, party, request.POST.dict(), refused)
    messages.success(request, "The market roles are kept.")
    return redirect(f"/directory/parties/{party.pk}/")


@require_http_methods(["GET", "POST"])
def new_desk(request: HttpRequest) -> HttpResponse:
    owner = get_object_or_404(Party, pk=request.GET.get("owner") or 0)
    if request.method == "GET":
        return _desk_form(request, None, owner, {"home": Desk.Home.HOSTED})
    viewer, given = cast(Seen, request).viewer, request.POST
    provider = Party.objects.filter(pk=given.get("provider") or 0, closed_at=None).first()

    def act() -> None:
        keeping.add_desk(given.get("rule", ""), owner, provider, _said(given), by=viewer, book=current())

    refused = _tried(act)
    if refused:
        return _desk_form(request, None, owner, given.dict(), refused)
    messages.success(request, f"{given['name']} is open. Its administrator gives places on the people's page.")
    return redirect(f"/directory/parties/{owner.pk}/")


@require_http_methods(["GET", "POST"])
def keep_desk(request: HttpRequest, pk: int) -> HttpResponse:
    desk = get_object_or_404(Desk.objects.select_related("owner", "provider"), pk=pk)
    if request.method == "GET":
        said = {name: getattr(desk, name, "") for name in DESK_FIELDS}
        said["triage_minutes"] = int(desk.triage_within.total_seconds() // 60) if desk.triage_within else ""
        said["answer_minutes"] = int(desk.answer_within.total_seconds() // 60) if desk.answer_within else ""
        return _desk_form(request, desk, desk.owner, said)
    viewer = cast(Seen, request).viewer
    refused = _tried(lambda: keeping.keep_desk(desk, _said(request.POST), by=viewer))
    if refused:
        return _desk_form(request, desk, desk.owner, request.POST.dict(), refused)
    messages.success(request, "Kept.")
    return redirect(f"/directory/desks/{desk.pk}/")


def _tried(act: Callable[[], object]) -> str:
    try:
        with verbs():
            act()
    except Invalid as refused:
        return refused.sentence
    return ""


def _held(given: QueryDict) -> list[keeping.Held]:
    ticked = [name.removeprefix("role-") for name in given if name.startswith("role-")]
    return [
        keeping.Held(
            role, given.get(f"mpid-{role}", ""), given.get(f"dip-{role}", ""), given.get(f"distributor-{role}", "")
        )
        for role in ticked
    ]


def _said(given: QueryDict) -> keeping.DeskSaid:
    return keeping.DeskSaid(**{name: given.get(name, "") for name in DESK_FIELDS})


def _party_form(request: HttpRequest, party: Party | None, said: dict[str, Any], trouble: str = "") -> HttpResponse:
    why_not = why_not_keep_market(cast(Seen, request).viewer)
    context = {"party": party, "said": said, "trouble": trouble, "why_not": why_not, "book": current()}
    return render(request, "directory/party_form.html", context, status=403 if why_not else 422 if trouble else 200)


def _desk_form(
    request: HttpRequest, desk: Desk | None, owner: Party, said: dict[str, Any], trouble: str = ""
) -> HttpResponse:
    viewer, book = cast(Seen, request).viewer, current()
    why_not = why_not_keep_desk(viewer, desk) if desk else why_not_keep_market(viewer)
    roles = owner.role_keys
    central = any(book.is_role(role, "central-provider") for role in roles)
    held = [each for each in book.desks.values() if each.owner_role in roles or (central and not each.each)]
    rules = [(each.key, each.name) for each in held]
    context = {
        "desk": desk, "owner": owner, "said": said, "trouble": trouble, "why_not": why_not, "rules": rules,
        "homes": Desk.Home.choices, "parties": list(Party.objects.filter(closed_at=None).values_list("pk", "name")),
    }  # fmt: skip
    return render(request, "directory/desk_form.html", context, status=403 if why_not else 422 if trouble else 200)
