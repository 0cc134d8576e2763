"""The whole API, and what it says of itself."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings

from crossdesk.accounts.scopes import Scope
from crossdesk.api.native import cases, directory, engagements, impact, knowledge, proof, requests, signals, webhooks
from crossdesk.api.native.door import NEEDS, api
from crossdesk.api.native.telling import V1

PROBLEM = "application/problem+json"

for part in (cases, engagements, proof, impact, directory, knowledge, webhooks, signals, requests):
    api.add_router("", part.router)


@cache
def description() -> dict[str, Any]:
    """OpenAPI 3.1. What goes wrong has a media type of its own, and each operation names its scope."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=""))
    for operations in schema["paths"].values():
        for operation in operations.values():
            scopes = operation.pop(NEEDS, [])
            operation["security"] = [{"Bearer": scopes}, {"ClientCredentials": scopes}]
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {PROBLEM: response["content"]["application/json"]}
    schema["components"]["securitySchemes"] = {
        "Bearer": {"type": "http", "scheme": "bearer", "description": "A key's token, or an access token."},
        "ClientCredentials": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": f"{settings.SITE_URL}/oauth/token",
                    "scopes": {str(each): each.opens for each in Scope},
                }
            },
        },
    }
    schema["servers"] = [{"url": V1}]
    plain: dict[str, Any] = json.loads(json.dumps(schema))
    return plain
