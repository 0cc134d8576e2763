"""Every address of the product."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("", include("crossdesk.web.urls")),
]

handler400 = "crossdesk.web.safety.bad_request"
