"""The same request twice at the same moment, over real connections to a real server."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.tests.speaking import RAISE
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import cast
from crossdesk.kit.time import now
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs


def post(address: str, token: str, body: Any, **headers: str) -> tuple[int, Any]:
    given = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers
    request = urllib.request.Request(address, json.dumps(body).encode(), given)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def test_of_many_at_once_one_raises_and_one_takes(served: str) -> None:
    people = cast()
    every = frozenset(Scope)
    _, theirs = keys.make_unasked(people.sycamore, name="Raiser", scopes=every, by="Test", at=now())
    _, desks = keys.make_unasked(people.elexon, name="Desk", scopes=every, by="Test", at=now())
    with ThreadPoolExecutor(8) as pool:

        def at_once(path: str, token: str, body: Any, **headers: str) -> Counter[int]:
            jobs = [pool.submit(post, f"{served}/api/v1/{path}", token, body, **headers) for _ in range(8)]
            return Counter(job.result()[0] for job in jobs)

        raised = at_once("cases", theirs, RAISE, **{"Idempotency-Key": "one"})
        assert set(raised) <= {201, 409}
        status, case = post(f"{served}/api/v1/cases", theirs, RAISE, **{"Idempotency-Key": "one"})
        assert status == 201
        tag = urllib.request.urlopen(
            urllib.request.Request(
                f"{served}/api/v1/cases/{case['reference']}", headers={"Authorization": f"Bearer {desks}"}
            ),
            timeout=30,
        ).headers["ETag"]
        taken = at_once(f"cases/{case['reference']}/take", desks, {}, **{"If-Match": tag})
    assert taken == {200: 1, 412: 7}
    with verbs():
        assert Case.objects.count() == 1
        assert Entry.objects.filter(kind="case.take").count() == 1
