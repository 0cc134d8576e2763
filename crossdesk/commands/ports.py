from __future__ import annotations

import socket
import time

from crossdesk.access import Refused


def require_free(host: str, port: int, *, patience: float = 0, choose: str = "--port ") -> None:
    """Refuses when another program has the port; `patience` is for one of ours that is just going."""
    give_up = time.monotonic() + patience
    while trouble := _trouble(host, port, choose):
        if time.monotonic() >= give_up:
            raise Refused(trouble)
        time.sleep(0.1)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    return _trouble(host, port, "") is None


def _trouble(host: str, port: int, choose: str) -> str | None:
    try:
        (family, kind, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except PermissionError:
        return f"Port {port} needs more rights than this account has: choose one above 1023 with {choose}{port + 8000}."
    except socket.gaierror:
        return f"{host} is not an address of this machine: choose another with --host."
    except OSError:
        return f"Port {port} is used by another program: choose another with {choose}{port + 1}."
    return None
