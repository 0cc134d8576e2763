"""Whether our own mail server vouched for the sender. Only what it wrote itself counts; anybody can add the header."""

from __future__ import annotations

import re

from django.conf import settings

from crossdesk.exchange.letters.read import Letter


def why_not_trusted(letter: Letter) -> str | None:
    """Nothing to say where the operator named no server that checks; then the server in front is trusted as it is."""
    server = settings.MAIL_AUTHSERV.strip().lower()
    if not server:
        return None
    # Ours is added last and so stands first; one further down came with the letter.
    results = letter.header("Authentication-Results").lower()
    if results.partition(";")[0].strip().split(" ")[0] != server:
        return "Our mail server did not say whether the sender is genuine."
    if re.search(r"(?<![\w.-])dmarc\s*=\s*pass(?!\w)", results):
        return None
    return "Our mail server could not confirm that the sender is who the letter says."
