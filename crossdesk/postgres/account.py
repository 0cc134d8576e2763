"""The ordinary account that PostgreSQL runs as: ours, or another one when we are root, which PostgreSQL refuses."""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crossdesk.postgres.trouble import ClusterError

PREFERRED = ("crossdesk", "postgres", "nobody")
FALLBACK = Path("/var/lib/crossdesk")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def dropping(self) -> dict[str, Any]:
        """The arguments that make subprocess run a program as this account."""
        return {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, test: str, path: Path) -> bool:
        return subprocess.run(["test", test, path], cwd="/", **self.dropping).returncode == 0

    def own(self, path: Path) -> None:
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def account_for(data: Path) -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ClusterError(
        "PostgreSQL does not run as root and this machine has no account for it: "
        "add one (useradd --system crossdesk) or start Crossdesk as an ordinary user."
    )


def reachable_home(folder: Path, account: Account) -> Path:
    """The folder itself, or one outside it when the account may not pass the folders above (a checkout in /root)."""
    folder.mkdir(parents=True, exist_ok=True)
    if account.is_ours:
        return folder
    folder.chmod(0o755)
    if account.can("-x", folder):
        return folder
    elsewhere = FALLBACK / hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    elsewhere.mkdir(parents=True, exist_ok=True, mode=0o755)
    return elsewhere
