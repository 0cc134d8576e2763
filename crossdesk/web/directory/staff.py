"""A party's people: invitations, roles, places at desks and in groups, and how they must sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.access import Invalid, Role
from crossdesk.accounts import letters
from crossdesk.accounts.links import invitation_link
from crossdesk.accounts.models import AccountLetter
from crossdesk.desks import staffing
from crossdesk.desks.models import Desk, GroupMember, ResolverGroup
from crossdesk.kit.time import now
from crossdesk.parties import people, policy
from crossdesk.parties.models import Membership, Party, Person
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.once import sending_of
from crossdesk.web.seeing import Seen


@dataclass(frozen=True)
class Colleague:
    membership: Membership
    person: Person
    places: frozenset[int]
    letter: AccountLetter | None

    @property
    def state(self) -> str:
        if self.person.has_usable_password() or self.person.last_login:
            return ""
        if self.letter is None:
            return "invited by a link; no password chosen yet"
        return f"invited by letter, {self.letter.get_state_display()}; no password chosen yet"


@require_http_methods(["GET", "POST"])
def people_page(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    if request.method == "POST":
        return _invite(request, party)
    return show_people(request, party)


def show_people(request: HttpRequest, party: Party, *, trouble: str = "", link: str = "") -> HttpResponse:
    viewer = cast(Seen, request).viewer
    why_not = policy.why_not_administer(viewer, party)
    context = {
        "party": party,
        "why_not": why_not,
        "colleagues": [] if why_not else _colleagues(party, viewer),
        "desks": [] if why_not else _desks(party),
        "roles": [(role.value, role.label.capitalize()) for role in Role],
        "trouble": trouble,
        "link": link,
        "said": request.POST.dict() if trouble else {},
        "ticked": request.POST.getlist("roles") if trouble else [Role.SERVICE_USER.value],
    }
    return render(request, "directory/people.html", context, status=403 if why_not else 422 if trouble else 200)


def _colleagues(party: Party, viewer: Viewer) -> list[Colleague]:
    with verbs():
        live = people.people_of(party, by=viewer, at=now())
        places: dict[int, set[int]] = {each.pk: set() for each in live}
        still = Q(desk_places__until=None) | Q(desk_places__until__gt=now())
        held = Membership.objects.filter(still, pk__in=places, desk_places__isnull=False)
        for membership, desk in held.values_list("pk", "desk_places__desk"):
            places[membership].add(desk)
        written = AccountLetter.objects.filter(party=party, kind=AccountLetter.Kind.INVITATION).order_by("pk")
        newest = {each.to_address: each for each in written}
        return [
            Colleague(each, each.person, frozenset(places[each.pk]), newest.get(each.person.email.lower()))
            for each in live
        ]


def _desks(party: Party) -> list[tuple[Desk, list[tuple[ResolverGroup, frozenset[int]]]]]:
    with verbs():
        desks = list(Desk.objects.filter(Q(owner=party) | Q(provider=party), home=Desk.Home.HOSTED))
        groups = list(ResolverGroup.objects.filter(desk__in=desks))
        manned: dict[int, set[int]] = {each.pk: set() for each in groups}
        for group, membership in GroupMember.objects.filter(group__in=groups).values_list("group", "membership"):
            manned[group].add(membership)
    return [
        (desk, [(each, frozenset(manned[each.pk])) for each in groups if each.desk_id == desk.pk]) for desk in desks
    ]


def _invite(request: HttpRequest, party: Party) -> HttpResponse:
    viewer, given = cast(Seen, request).viewer, request.POST
    by_letter = given.get("how") == "letter"
    try:
        with verbs():
            membership, new = people.invite(
                party,
                email=given.get("email", ""),
                name=given.get("name", ""),
                roles=given.getlist("roles"),
                by=viewer,
                at=now(),
            )
            person = membership.person
            if by_letter:
                letters.ask_for(AccountLetter.Kind.INVITATION, person.email, at=now(), party=party, by=_signed(viewer))
            link = invitation_link(person) if new and not by_letter else ""
    except Invalid as refused:
        return show_people(request, party, trouble=refused.sentence)
    if link:
        sending_of(request).answer = f"/directory/parties/{party.pk}/people/"
        return show_people(request, party, link=link)
    how = "A letter is on its way to" if by_letter else "No link is needed:"
    messages.success(request, f"{how} {person.email}, who now acts for {party}.")
    return redirect(f"/directory/parties/{party.pk}/people/")


@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh link for somebody who has not chosen a password; the one before stays good for its own three days."""
    membership = _membership(pk)
    viewer, party = cast(Seen, request).viewer, membership.party
    with verbs():
        policy.require(policy.why_not_administer(viewer, party))
        person = Person.objects.get(pk=membership.person_id)
        if person.has_usable_password():
            link = ""
        elif request.POST.get("how") == "letter":
            letters.ask_for(AccountLetter.Kind.INVITATION, person.email, at=now(), party=party, by=_signed(viewer))
            link = ""
        else:
            link = invitation_link(person)
    if link:
        sending_of(request).answer = f"/directory/parties/{party.pk}/people/"
        return show_people(request, party, link=link)
    messages.success(request, f"A letter is on its way to {person.email}.")
    return redirect(f"/directory/parties/{party.pk}/people/")


@require_POST
def keep_membership(request: HttpRequest, pk: int) -> HttpResponse:
    membership = _membership(pk)
    viewer, roles = cast(Seen, request).viewer, request.POST.getlist("roles")

    def end() -> None:
        people.end(membership, by=viewer, at=now())

    def change() -> None:
        people.set_roles(membership, roles, by=viewer, at=now())

    act, words = (end, "The membership has ended.") if request.POST.get("end") else (change, "The roles are changed.")
    return _done(request, membership.party, act, words)


@require_POST
def keep_places(request: HttpRequest, pk: int) -> HttpResponse:
    """Ticked desks are places; a desk no longer ticked is a place that ends."""
    membership = _membership(pk)
    viewer = cast(Seen, request).viewer
    wanted = {int(each) for each in request.POST.getlist("desks") if each.isdecimal()}

    def act() -> None:
        owned = Q(owner=membership.party_id) | Q(provider=membership.party_id)
        held = Membership.objects.select_related("person").get(pk=membership.pk)
        for desk in Desk.objects.filter(owned, home=Desk.Home.HOSTED).select_related("owner", "provider"):
            change = staffing.place if desk.pk in wanted else staffing.unplace
            change(desk, held, by=viewer, at=now())

    return _done(request, membership.party, act, "The places are kept.")


@require_POST
def found_group(request: HttpRequest, pk: int) -> HttpResponse:
    desk = get_object_or_404(Desk.objects.select_related("owner", "provider"), pk=pk)
    viewer = cast(Seen, request).viewer
    name = request.POST.get("name", "")
    party = Party.objects.get(pk=viewer.party)
    return _done(request, party, lambda: staffing.found_group(desk, name, by=viewer), f"The group {name} is there.")


@require_POST
def man_group(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = cast(Seen, request).viewer
    with verbs():
        group = ResolverGroup.objects.select_related("desk__owner", "desk__provider").filter(pk=pk).first()
        party = Party.objects.get(pk=viewer.party)
    if group is None:
        raise Http404
    members = [int(each) for each in request.POST.getlist("members") if each.isdecimal()]
    return _done(request, party, lambda: staffing.man_group(group, members, by=viewer, at=now()), f"{group} is kept.")


@require_POST
def ask_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    viewer, on = cast(Seen, request).viewer, request.POST.get("on") == "1"
    words = "From now on your people need a second factor." if on else "A password alone signs your people in again."
    return _done(request, party, lambda: people.ask_second_factor(party, on, by=viewer), words)


def _membership(pk: int) -> Membership:
    """The row is found as the viewer: another party's membership does not exist for them."""
    found = Membership.objects.select_related("party").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _signed(viewer: Viewer) -> str:
    return f"{viewer.name}, {viewer.party_name}"[:160]


def _done(request: HttpRequest, party: Party, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        with verbs():
            act()
    except Invalid as refused:
        return show_people(request, party, trouble=refused.sentence)
    messages.success(request, words)
    return redirect(f"/directory/parties/{party.pk}/people/")
