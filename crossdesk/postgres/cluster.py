"""A PostgreSQL of our own: made once, started as our child, kept alive, stopped with us."""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg

from crossdesk.postgres import contents
from crossdesk.postgres.account import account_for, reachable_home
from crossdesk.postgres.binaries import Binaries, find_binaries
from crossdesk.postgres.leftover import stop_leftover
from crossdesk.postgres.trouble import ClusterError

READY_WITHIN = 60.0
RESTART_AFTER = 0.1
LONGEST_SOCKET_PATH = 90  # the kernel's limit is 107 bytes with the socket's own name

# Statements and failing rows hold case text and MPANs, which have no place in a log.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster:
    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        folder = folder.absolute()
        self.account = account_for(folder / "data")
        self.home = reachable_home(folder, self.account)
        # The data may stand elsewhere than first thought, and then its owner decides.
        self.account = account_for(self.home / "data")
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.throwaway = throwaway
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def app_url(self) -> str:
        return self.url("crossdesk_app", "crossdesk")

    @property
    def owner_url(self) -> str:
        return self.url("crossdesk_owner", "crossdesk")

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.app_url, "CROSSDESK_OWNER_URL": self.owner_url}

    def url(self, login: str, database: str) -> str:
        return f"postgresql://{login}:{self._password(login)}@127.0.0.1:{self.port}/{database}"

    @property
    def port(self) -> int:
        return int((self.home / "port").read_text())

    @property
    def is_made(self) -> bool:
        return (self.home / "port").exists()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ensure(self) -> None:
        """Makes the data folder where there is none. A half-made one, from a killed first run, is made again."""
        self._take_lock()
        if (self.data / "PG_VERSION").exists():
            return
        making = self.home / "data.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        self.account.own(making)
        self._initdb(self._binaries(), making)
        making.rename(self.data)

    def start(self) -> None:
        """Starts the server, waits until it answers and sees to its roles and database."""
        self.ensure()
        binaries = self._binaries()
        stop_leftover(self.data)
        self._choose_port()
        self._stopping.clear()
        self._process = self._spawn(binaries)
        self._await_ready(self._process)
        contents.prepare(self.url("postgres", "{database}"), self._password)
        self._watcher = threading.Thread(target=self._keep_alive, args=(binaries,), daemon=True, name="postgres")
        self._watcher.start()

    def await_restart(self, gone: int) -> None:
        """Waits until another server than the one that is gone answers."""
        give_up = time.monotonic() + READY_WITHIN
        while self._process is None or self._process.pid == gone:
            if time.monotonic() > give_up:
                raise ClusterError(f"PostgreSQL was not started again; see {self.log}.")
            time.sleep(0.02)
        self._await_ready(self._process)

    def stop(self) -> None:
        """Ends sessions and shuts down cleanly, so that the next start has nothing to recover."""
        self._stopping.set()
        if process := self._process:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait()
        if self._watcher:
            self._watcher.join()
        if self._lock:
            self._lock.close()
            self._lock = None
        self._process = self._watcher = None

    def delete(self) -> None:
        self._take_lock()
        stop_leftover(self.data)
        shutil.rmtree(self.data, ignore_errors=True)

    def _take_lock(self) -> None:
        if self._lock:
            return
        lock = (self.home / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise ClusterError(
                "Crossdesk is already running from this folder: use that one, or stop it first."
            ) from None
        self._lock = lock

    def _binaries(self) -> Binaries:
        return find_binaries(self.account, self.home, self.data)

    def _initdb(self, binaries: Binaries, making: Path) -> None:
        # From 17 on PostgreSQL brings C.UTF-8 itself, so text sorts alike on every system.
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if binaries.major >= 17
            else ["--locale=C.UTF-8"]
        )
        command = [
            binaries["initdb"],
            "-D",
            str(making),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            *locale,
        ]
        command += ["--no-instructions"] + (["--no-sync"] if self.throwaway else [])
        with self._password_for_the_account() as password:
            made = subprocess.run(
                [*command, f"--pwfile={password}"],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
                **self.account.dropping,
            )
        if made.returncode:
            reason = (made.stderr.strip() or made.stdout.strip()).splitlines()[-1]
            raise ClusterError(f"The database could not be made in {making.parent}: {reason}")

    @contextlib.contextmanager
    def _password_for_the_account(self) -> Iterator[Path]:
        self._password("postgres")
        copy = Path(shutil.copy(self.home / "postgres.password", self.home / "initdb.password"))
        copy.chmod(0o600)
        self.account.own(copy)
        try:
            yield copy
        finally:
            copy.unlink()

    def _spawn(self, binaries: Binaries) -> subprocess.Popen[bytes]:
        settings = {**SETTINGS, **(THROWAWAY if self.throwaway else {}), "port": str(self.port)}
        settings["unix_socket_directories"] = self._socket_folder()
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [binaries["postgres"], "-D", self.data, *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A Ctrl-C in the terminal is for us alone: we stop PostgreSQL last, after those who use it.
                start_new_session=True,
                **self.account.dropping,
            )

    def _socket_folder(self) -> str:
        folder = self.home / "socket"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_PATH:
            return ""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(folder)
        return str(folder)

    def _choose_port(self) -> None:
        """The same port as last time while it is free, so that tools beside us stay connected."""
        remembered = self.home / "port"
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if remembered.exists():
                with contextlib.suppress(OSError):
                    trial.bind(("127.0.0.1", int(remembered.read_text())))
                    return
            trial.bind(("127.0.0.1", 0))
            remembered.write_text(str(trial.getsockname()[1]))

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + READY_WITHIN
        while time.monotonic() < give_up:
            if process.poll() is not None:
                raise ClusterError(f"PostgreSQL stopped while starting; its last words: {self._last_words()}")
            try:
                psycopg.connect(self.url("postgres", "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise ClusterError(f"PostgreSQL did not answer within {READY_WITHIN:.0f} seconds; see {self.log}.")

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return next((line for line in reversed(lines) if "FATAL" in line), lines[-1] if lines else "none")

    def _keep_alive(self, binaries: Binaries) -> None:
        while self._process and not self._stopping.is_set():
            self._process.wait()
            # The wait also lets the dead server's last sessions leave its shared memory.
            if not self._stopping.wait(RESTART_AFTER):
                self._process = self._spawn(binaries)

    def _password(self, login: str) -> str:
        file = self.home / f"{login}.password"
        if not file.exists():
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as secret:
                secret.write(secrets.token_urlsafe(24))
        return file.read_text()
