"""Keeps the written status site: anew when what the public was told changed, and every few minutes in any case.

Runs beside the jobs in every worker rather than as one of them, because the folder is on this machine and a job may be
taken by another, and because it has something to say just when the database, and with it every job, is away.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import Error, connections

from crossdesk.access import Refused
from crossdesk.kit import replacing
from crossdesk.kit.refusal import Unusable
from crossdesk.kit.time import now
from crossdesk.proof.folder import LIST, SIGNATURE, Head, head_of, written_list
from crossdesk.threads.keys import signing_key
from crossdesk.threads.viewer import verbs
from crossdesk.web.status import site
from crossdesk.web.status.site import RENEWED, Site

log = logging.getLogger("crossdesk.status")
EVERY = 5.0
"""Seconds between looks."""
PATIENCE = 2.0


@dataclass
class Keeper:
    folder: Path
    last: Site | None = None
    key: Ed25519PrivateKey | None = field(default=None, repr=False)

    def look(self, at: datetime) -> bool:
        """Whether a new copy was written. Another worker of this machine may have written it a moment ago."""
        try:
            facts = site.facts(at)
        except Error:
            return self._say_how_old(at)
        if not self._wanted(facts, at):
            return False
        return self.write(at)

    def write(self, at: datetime) -> bool:
        self.last = site.read(at)
        with verbs():
            self.key = signing_key(at)[1]
        with replacing.alone(self.folder):
            self._put(self.last, at, self.last.facts)
        return True

    def _say_how_old(self, at: datetime) -> bool:
        """Nothing can be read: what was read last is written again, and says since when it has been the last."""
        connections.close_all()
        if self.last is None or at - self.last.board.at < RENEWED or not self._wanted("", at, whatever=True):
            return False
        with replacing.alone(self.folder):
            self._put(self.last, at, "")  # other facts than any board's, so that the first answer is written at once
        return True

    def _wanted(self, facts: str, at: datetime, *, whatever: bool = False) -> bool:
        head = head_of(self.folder)
        return head is None or at - head.written_at >= RENEWED or (head.facts != facts and not whatever)

    def _put(self, told: Site, at: datetime, facts: str) -> None:
        assert self.key is not None
        public = self.key.public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        files = {**site.drawn(told, at), "key.pem": pem}
        listed = written_list(Head(at, facts, public.public_bytes_raw()), files)
        replacing.replace(self.folder, {**files, LIST: listed, SIGNATURE: self.key.sign(listed)})


class Keeping(Thread):
    def __init__(self, folder: Path) -> None:
        super().__init__(name="status site", daemon=True)
        self.keeper, self.stopping, self.trouble = Keeper(folder), Event(), ""

    def run(self) -> None:
        while not self.stopping.is_set():
            self._look()
            self.stopping.wait(EVERY)

    def _look(self) -> None:
        try:
            self.keeper.look(now())
            self.trouble = ""
        except (Refused, Unusable, OSError, Error) as trouble:
            sentence = getattr(trouble, "sentence", "") or f"{type(trouble).__name__}: check the folder and its disk"
            if sentence != self.trouble:  # once, and not every few seconds
                log.warning("The status site is not written. %s", sentence)
            self.trouble = sentence

    def stop(self) -> None:
        self.stopping.set()
        self.join(PATIENCE)
