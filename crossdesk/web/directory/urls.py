from __future__ import annotations

from django.urls import path

from crossdesk.web.directory import hours, keeping, lending, machine_keys, market, pages, provider, staff, webhooks

urlpatterns = [
    path("directory/", pages.directory),
    path("directory/unreached/", pages.unreached),
    path("directory/desks/<int:pk>/", pages.desk_page),
    path("directory/parties/<int:pk>/", pages.party_page),
    path("directory/parties/new/", market.new_party),
    path("directory/parties/<int:pk>/roles/", market.market_roles),
    path("directory/desks/new/", market.new_desk),
    path("directory/desks/<int:pk>/keeping/", market.keep_desk),
    path("directory/desks/<int:pk>/hours/", hours.hours_page),
    path("directory/desks/<int:pk>/groups/", staff.found_group),
    path("directory/groups/<int:pk>/", staff.man_group),
    path("directory/parties/<int:pk>/people/", staff.people_page),
    path("directory/parties/<int:pk>/second-factor/", staff.ask_second_factor),
    path("directory/parties/<int:pk>/provider/", provider.provider_page),
    path("directory/parties/<int:pk>/keys/", machine_keys.keys_page),
    path("directory/keys/<int:pk>/revocation/", machine_keys.revoke),
    path("directory/parties/<int:pk>/webhooks/", webhooks.webhooks_page),
    path("directory/webhooks/<uuid:pk>/", webhooks.webhook_page),
    path("directory/webhooks/<uuid:pk>/events/<uuid:event>/", webhooks.tell_again),
    *(
        path(f"directory/webhooks/<uuid:pk>/{what}/", webhooks.act, {"what": what})
        for what in ("trial", "resumption", "end")
    ),
    path("directory/memberships/<int:pk>/invitation/", staff.invite_again),
    path("directory/memberships/<int:pk>/places/", staff.keep_places),
    path("directory/parties/<int:pk>/contacts/", keeping.nominate_contact),
    path("directory/parties/<int:pk>/delegations/", lending.offer),
    path("directory/parties/<int:pk>/grants/", lending.grant),
    path("directory/delegations/<int:pk>/", lending.answer),
    path("directory/grants/<int:pk>/", lending.withdraw),
    path("directory/memberships/<int:pk>/", staff.keep_membership),
    path("directory/contacts/<int:pk>/end/", keeping.end_contact),
    path("directory/contacts/<int:pk>/confirmation/", keeping.confirm_contact),
]
