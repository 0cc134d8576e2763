"""The fields of a journal event, and the many ways in which they are written."""

from __future__ import annotations

import re
from functools import lru_cache

FIELDS = (
    "at",
    "sender",
    "interface",
    "event",
    "reason",
    "delay",
    "reference",
    "transaction",
    "correlation",
    "mpan",
    "stage",
    "status",
    "http",
    "words",
    "recipient",
)
"""As text, exactly as they came; what they mean is read in one place for every kind of file."""

WRITTEN = {
    "at": ("timegenerated", "timestamp", "time", "eventtime", "timegeneratedms", "transactiontimestamp"),
    "sender": ("senderdipid", "senderid", "sender", "fromdipid"),
    "interface": ("interface", "interfaceid", "interfacename", "publicationid", "ifid"),
    "event": ("eventcode", "event", "eventname"),
    "reason": ("reason", "responsecode", "rejectioncode"),
    "delay": ("messagedelayinmilliseconds", "messagedelay", "delayms", "latencyms"),
    "reference": ("senderuniquereference", "senderref", "senderreference", "uniquereference"),
    "transaction": ("transactionid", "diptransactionid"),
    "correlation": ("correlationid", "initialcorrelationid", "sendercorrelationid"),
    "mpan": ("mpan", "mpancore", "mpanid"),
    "stage": ("dipstage", "stage"),
    "status": ("status", "deliverystatus", "dipstatus"),
    "http": ("statuscode", "httpstatus", "httpstatuscode"),
    "words": ("message", "messagetext", "errormessage"),
    "recipient": ("recipient", "recipients", "recipientid", "recipientdipid", "recipientmap", "primaryrecipients"),
}
MEANT = {name: field for field, names in WRITTEN.items() for name in names}
PREFERRED = {name: order for names in WRITTEN.values() for order, name in enumerate(names)}
"""Where several columns say the same, the one that is named first here counts."""


@lru_cache(maxsize=4096)
def meant(written: str) -> tuple[str, int] | None:
    """The field that a column's name means, and how well; `InterfaceID` and `interface_id` are the same name."""
    name = re.sub(r"[^a-z]", "", written.lower())
    field = MEANT.get(name)
    return (field, PREFERRED[name]) if field else None
