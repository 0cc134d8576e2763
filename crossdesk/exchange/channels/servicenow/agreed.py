"""Reads an instance out of an agreement: its address, our account, and what its tables, columns and values are called.

`profile`: the table, `incident` where none is named, and `import:u_staging` where their import set is preferred.
`fields`, ours beside theirs: `=MHHS desk` beside `assignment_group` is a value each new record has; `on confirm` beside
`state=7` what a kind of message changes there, and beside nothing that it changes nothing; `P1` beside
`impact=1,urgency=1` how a priority is asked for; `type`, `priority`, `category`, `summary` and `references`, with their
values, as `channels/fields.py` says; any other of ours, such as `system` or `short_description`, the column
of theirs that takes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from crossdesk.desks.ways import Ways
from crossdesk.exchange.channels import NotTaken, Speaking
from crossdesk.exchange.channels.servicenow.states import INCOMING, OUTGOING, StateMap
from crossdesk.exchange.channels.servicenow.tenant import PRIORITIES, Basic, ByClient, ByPassword, Tenant

DISPLAY = "Crossdesk"


def tenant_of(to: Speaking) -> Tenant:
    ways = to.ways
    values = {each.theirs: each.ours.removeprefix("=").strip() for each in ways.fields if each.ours.startswith("=")}
    table, staging = _profile(ways)
    named = ("=", "on ", "P1", "P2", "P3", "P4")
    return Tenant(
        base=ways.endpoint.rstrip("/"),
        credential=credential_of(to.secret),
        display=values.pop("correlation_display", DISPLAY),
        caller=values.pop("caller_id", ""),
        table=table,
        staging=staging,
        columns={
            each.ours: each.theirs for each in ways.fields if not each.ours.startswith(named) and each.way != "in"
        },
        fields=ways.fields,
        always=values,
        states=_states(ways),
        priorities=PRIORITIES | _priorities(ways),
        largest_file=ways.largest_file,
        extensions=frozenset(each.lower().lstrip(".") for each in ways.file_types),
    )


def _profile(ways: Ways) -> tuple[str, str]:
    words = ways.profile.split()
    staging = next((each.removeprefix("import:") for each in words if each.startswith("import:")), "")
    return next((each for each in words if not each.startswith("import:")), "incident"), staging


def _states(ways: Ways) -> StateMap:
    incoming = {raw: meaning.value for raw, meaning in ways.states.items()} or INCOMING
    own = {each.ours.removeprefix("on ").strip(): _pairs(each.theirs) for each in ways.fields if each.ours[:3] == "on "}
    return StateMap(incoming, {**OUTGOING, **own})


def _priorities(ways: Ways) -> dict[str, tuple[str, str]]:
    asked = {each.ours: _pairs(each.theirs) for each in ways.fields if each.ours in PRIORITIES}
    return {ours: (pairs.get("impact", "3"), pairs.get("urgency", "3")) for ours, pairs in asked.items()}


def _pairs(theirs: str) -> Mapping[str, str]:
    split = (each.partition("=") for each in theirs.split(",") if "=" in each)
    return {name.strip(): value.strip() for name, _, value in split}


def credential_of(secret: str) -> Basic | ByPassword | ByClient:
    """`user:password`, or for OAuth one line of JSON: {"client_id", "client_secret"} and, for the password grant,
    {"user", "password"} beside them."""
    if secret.lstrip().startswith("{"):
        try:
            said = {name: str(value) for name, value in json.loads(secret).items()}
            client = said["client_id"], said["client_secret"]
            return ByPassword(*client, said["user"], said["password"]) if "user" in said else ByClient(*client)
        except (ValueError, KeyError, AttributeError) as wrong:
            raise NotTaken("The credential for ServiceNow cannot be read; keep it anew.", credential=True) from wrong
    user, colon, password = secret.partition(":")
    if not colon or not user:
        raise NotTaken("The credential for ServiceNow is neither user:password nor OAuth's JSON.", credential=True)
    return Basic(user, password)
