"""Reads and raises a second through the native API, beside an empty handler under the same server.

    python -m benchmarks.api [requests]        400 by default

Needs DATABASE_URL and CROSSDESK_OWNER_URL, as `desk` does. Four clients keep a connection each to the product's own
server in a process of its own. The empty handler is `/healthz` of the same server: what HTTP alone costs here. "Opened
only" asks `/me`: the key is opened, counted and given its seats, and hardly anything is read.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter

import httpx

from benchmarks.borrowed import database

CLIENTS = 4
RAISE = {
    "query_type": "dip-message-failure",
    "summary": "IF-036 confirmations missing",
    "impact": "Appointments cannot be confirmed.",
    "without_because": "It has just begun.",
}


@contextmanager
def served() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"CROSSDESK_URL": address, "CROSSDESK_API_RATE": "10000000"}
    command = [sys.executable, "-m", "crossdesk", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=60) as client:
            while client.get(f"{address}/readyz").status_code != 200:
                pass
        yield address
    finally:
        server.terminate()
        server.wait(15)


def measured(name: str, requests: int, ask: Callable[[httpx.Client], httpx.Response], address: str, token: str) -> None:
    took: list[float] = []

    def client(_: int) -> None:
        with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
            for _ in range(requests // CLIENTS):
                began = perf_counter()
                answer = ask(http)
                took.append(perf_counter() - began)
                assert answer.is_success, answer.text

    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, range(CLIENTS)))
    rate = len(took) / (perf_counter() - began)
    middle, worst = statistics.median(took) * 1000, sorted(took)[int(len(took) * 0.95)] * 1000
    print(f"{name:16} {rate:7.0f} a second   median {middle:6.1f} ms   95 % {worst:6.1f} ms")


def raised(http: httpx.Client) -> httpx.Response:
    return http.post("/api/v1/cases", json=RAISE, headers={"Idempotency-Key": str(uuid.uuid4())})


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with database("crossdesk_bench_api"):
        from crossdesk.accounts.keys import make_unasked
        from crossdesk.accounts.scopes import Scope
        from crossdesk.cases.tests.cast import cast
        from crossdesk.kit.time import now

        people = cast()
        _, token = make_unasked(people.sycamore, name="Load", scopes=frozenset(Scope), by="Benchmark", at=now())
        with served() as address:
            first = httpx.post(
                f"{address}/api/v1/cases",
                content=json.dumps(RAISE),
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "first"},
                timeout=60,
            )
            one = f"/api/v1/cases/{first.json()['reference']}"
            measured("empty handler", requests, lambda http: http.get("/healthz"), address, token)
            measured("opened only", requests, lambda http: http.get("/api/v1/me"), address, token)
            measured("raise a case", requests, raised, address, token)
            measured("read a case", requests, lambda http: http.get(one), address, token)
            measured("list 25 cases", requests, lambda http: http.get("/api/v1/cases"), address, token)


if __name__ == "__main__":
    main()
