"""A worker for tests that move time: told how many hours ahead it is, it does the round of every minute until nothing
is due, and says so. The clock of a worker as it runs cannot be moved, and retries take it a day."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass
class Worker:
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, environment: dict[str, str], log: Path) -> Worker:
        with log.open("ab") as kept:
            command = [sys.executable, "-m", "crossdesk.exchange.tests.at_work"]
            pipe = subprocess.PIPE
            return cls(
                subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=kept, text=True, bufsize=1)
            )

    def begin(self, hours: int) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{hours}\n")

    def end(self) -> str:
        """How the round went; nothing when it was killed meanwhile."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


def main() -> None:
    import django

    django.setup()
    from django.db import InterfaceError, OperationalError

    from crossdesk.exchange.models import OutboxItem
    from crossdesk.jobs.mail import every_minute, own_connection
    from crossdesk.kit.time import now, set_offset
    from crossdesk.threads.viewer import verbs

    def due() -> bool:
        with own_connection(), verbs():
            unsent = OutboxItem.objects.filter(head=True, state__in=OutboxItem.UNSENT, link__isnull=False)
            return unsent.filter(next_try_at__lte=now()).exists()

    for line in sys.stdin:
        set_offset(timedelta(hours=int(line)))
        try:
            every_minute(0)
            while due():
                every_minute(0)
        except (OperationalError, InterfaceError) as gone:
            print(f"stopped: {type(gone).__name__}", flush=True)
        else:
            print("done", flush=True)


if __name__ == "__main__":
    main()
