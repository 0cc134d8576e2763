"""Who asks: Basic, or a token from `/oauth_token.do`."""

from __future__ import annotations

import binascii
import secrets
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from crossdesk.commands.partner_desk.servicenow.instance import Client, Denied, Instance, User

NOBODY = Denied(401, "User Not Authenticated", "Required to provide Auth information")
REFRESHED_FOR = timedelta(days=100)


def caller(instance: Instance, authorization: str) -> User:
    scheme, _, given = authorization.partition(" ")
    user = None
    if scheme.lower() == "basic":
        user = _by_password(instance, *_pair(given))
    elif scheme.lower() == "bearer":
        name, until = instance.tokens.get(given.strip(), ("", None))
        user = instance.users.get(name) if until and instance.clock() < until else None
    if user is None or not user.active:
        raise NOBODY
    return user


def _pair(encoded: str) -> tuple[str, str]:
    try:
        name, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def _by_password(instance: Instance, name: str, password: str) -> User | None:
    user = instance.users.get(name)
    return user if user and user.active and secrets.compare_digest(user.password, password) else None


def grant(instance: Instance, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """The token, or nothing: whatever is wrong, the answer is "access_denied"."""
    client = instance.clients.get(asked.get("client_id", ""))
    if client is None or not secrets.compare_digest(client.secret, asked.get("client_secret", "")):
        return None
    kind = asked.get("grant_type", "")
    user = _granted_to(instance, client, kind, asked)
    if user is None:
        return None
    until = instance.clock() + timedelta(seconds=instance.settings.token_seconds)
    token = secrets.token_urlsafe(48)
    instance.tokens[token] = (user.name, until)
    answer = {"access_token": token, "scope": "useraccount", "token_type": "Bearer"}
    if kind == "password":
        fresh = secrets.token_urlsafe(48)
        instance.refreshing[fresh] = user.name
        answer["refresh_token"] = fresh
    elif kind == "refresh_token":
        answer["refresh_token"] = asked["refresh_token"]
    return answer | {"expires_in": instance.settings.token_seconds - 1}


def _granted_to(instance: Instance, client: Client, kind: str, asked: Mapping[str, str]) -> User | None:
    if kind == "password":
        return _by_password(instance, asked.get("username", ""), asked.get("password", ""))
    if kind == "refresh_token":
        return instance.users.get(instance.refreshing.get(asked.get("refresh_token", ""), ""))
    if kind == "client_credentials" and instance.settings.client_credentials:
        return instance.users.get(client.application_user)
    return None
