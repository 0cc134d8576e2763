"""The official descriptions, read where they lie and never copied: in CROSSDESK_TMF621, or beside the checkout."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from schemathesis.openapi import from_dict

FILES = {"v4": "TMF621-TroubleTicket-v4.0.0.swagger.json", "v5": "TMF621-Trouble_Ticket-v5.0.1.oas.yaml"}
BESIDE = Path(__file__).resolve().parents[5] / "shared" / "reference" / "tmf621"


def described(version: str) -> Any:
    """As a schema that requests are generated from and answers are held against."""
    file = Path(os.environ.get("CROSSDESK_TMF621", str(BESIDE))) / FILES[version]
    if not file.exists():
        pytest.skip(f"needs the official description {file.name}: name its folder in CROSSDESK_TMF621")
    description = yaml.safe_load(file.read_text()) if version == "v5" else json.loads(file.read_text())
    if version == "v5":
        description["servers"] = [{"url": "/tmf-api/troubleTicket/v5"}]
        _told_apart(description)
    return from_dict(description)


def _told_apart(description: Any) -> None:
    """A discriminator names the one schema that counts; JSON Schema does not know it, so it is said as constants."""
    schemas = description["components"]["schemas"]
    for name, schema in list(schemas.items()):
        for choice in schema.get("oneOf", ()):
            key = choice["$ref"].rpartition("/")[2]
            named = [value for value, ref in schema["discriminator"]["mapping"].items() if ref == choice["$ref"]]
            schemas.setdefault(f"{key}_as_named", {"allOf": [choice, {"properties": {"@type": {"enum": named}}}]})
        if "oneOf" in schema and not name.endswith("_as_named"):
            refs = [choice["$ref"].rpartition("/")[2] for choice in schema["oneOf"]]
            schema["oneOf"] = [{"$ref": f"#/components/schemas/{ref}_as_named"} for ref in refs]
            del schema["discriminator"]


__all__ = ["described", "schemathesis"]
