"""What can go wrong on the far side, ordered by a test or by the person who plays it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

KINDS = ("error", "unavailable", "garbage", "hibernating", "slow", "landed", "throttled")
"""`landed` does the work and then does not answer in time; `slow` answers late; `garbage` is cut-off JSON with 200;
`hibernating` the web page a sleeping instance answers with 200; `throttled` a 429 from the semaphores, without the
headers of a rate limit rule."""


@dataclass
class Fault:
    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    seconds: float = 5.0

    def meets(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method in ("", method) and self.path in path


@dataclass
class Faults:
    ordered: list[Fault] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def order(self, kind: str, *, method: str = "", path: str = "", times: int = 1, seconds: float = 5.0) -> None:
        if kind not in KINDS:
            raise ValueError(f"{kind} is no fault; there are {', '.join(KINDS)}.")
        self.ordered.append(Fault(kind, method, path, times, seconds))

    def next(self, method: str, path: str) -> Fault | None:
        with self.lock:
            found = next((each for each in self.ordered if each.meets(method, path)), None)
            if found:
                found.times -= 1
            return found
