from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from crossdesk.api.bearing import borne
from crossdesk.api.native.described import description
from crossdesk.api.native.door import api
from crossdesk.api.trouble import problem


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(description(), headers={"Access-Control-Allow-Origin": "*"})


def _behind_keys() -> tuple[list[URLPattern], str, str]:
    """Every view of the API runs as the viewer of the key that was borne."""
    patterns, app, name = api.urls
    found = [each for each in patterns if isinstance(each, URLPattern) and each.name != "api-root"]
    for each in found:
        each.callback = borne(None, problem)(each.callback)
    return found, app, name


urlpatterns = [path("api/v1/openapi.json", openapi), path("api/v1/", _behind_keys())]
