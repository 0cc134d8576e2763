"""Where a party signs its own people in: its administrator's page."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from crossdesk.access import Invalid
from crossdesk.accounts import providing
from crossdesk.accounts.models import IdentityProvider
from crossdesk.accounts.saml import SPOKEN
from crossdesk.kit.time import now
from crossdesk.parties import policy
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs
from crossdesk.web.seeing import Seen


@require_http_methods(["GET", "POST"])
def provider_page(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    viewer, given = cast(Seen, request).viewer, request.POST
    if request.method == "GET":
        return _page(request, party)
    said = providing.Said(
        protocol=given.get("protocol", ""),
        domains=given.get("domains", ""),
        issuer=given.get("issuer", ""),
        client_id=given.get("client_id", ""),
        secret=given.get("secret", ""),
        metadata=given.get("metadata", ""),
        invites=bool(given.get("invites")),
        switched_on=bool(given.get("switched_on")),
    )
    try:
        with verbs():
            if given.get("remove"):
                providing.remove(party, by=viewer)
            else:
                providing.keep(party, said, by=viewer, at=now())
    except Invalid as refused:
        return _page(request, party, refused.sentence)
    messages.success(request, "Your people sign in with us again." if given.get("remove") else "The provider is kept.")
    return redirect(request.path)


def _page(request: HttpRequest, party: Party, trouble: str = "") -> HttpResponse:
    why_not = policy.why_not_administer(cast(Seen, request).viewer, party)
    said: dict[str, Any] = {"protocol": "oidc", "switched_on": True}
    kept = None
    if not why_not:
        with verbs():  # after the policy: no seat reads this row, and the secret in it is never shown
            kept = IdentityProvider.objects.filter(party=party).first()
            domains = list(kept.domains.order_by("domain").values_list("domain", flat=True)) if kept else []
        if kept:
            names = ("protocol", "issuer", "client_id", "metadata", "invites", "switched_on")
            said = {name: getattr(kept, name) for name in names} | {"domains": " ".join(domains)}
    if trouble:
        said = {name: value for name, value in request.POST.items() if name != "secret"}
    number = str(party.pk)
    addresses = [("Redirect address (OpenID Connect)", reverse("openid_connect_callback", args=[number]))]
    if SPOKEN:
        addresses.append(("Assertion consumer (SAML)", reverse("saml_acs", args=[number])))
        addresses.append(("Our metadata and entity id (SAML)", reverse("saml_metadata", args=[number])))
    context = {
        "party": party, "why_not": why_not, "kept": kept, "said": said, "trouble": trouble,
        "addresses": [(words, settings.SITE_URL + path) for words, path in addresses],
        "protocols": [each for each in IdentityProvider.Protocol.choices if SPOKEN or each[0] != "saml"],
    }  # fmt: skip
    return render(request, "directory/provider.html", context, status=403 if why_not else 422 if trouble else 200)
