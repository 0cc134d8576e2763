"""Every address of the product."""

from django.urls import include, path
from django.views.generic import RedirectView

from crossdesk.accounts.saml import SPOKEN
from crossdesk.web import providers

urlpatterns = [
    path("account/2fa/", RedirectView.as_view(url="/profile/")),  # one page shows every way to sign in
    path("account/2fa/webauthn/", RedirectView.as_view(url="/profile/")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/organisation/", providers.lead_to_provider),
    path("account/provider/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *([path("account/provider/", include("allauth.socialaccount.providers.saml.urls"))] if SPOKEN else []),
    path("", include("crossdesk.api.urls")),
    path("", include("crossdesk.web.urls")),
]

handler400 = "crossdesk.web.safety.unreadable"
handler500 = "crossdesk.web.safety.failed"
