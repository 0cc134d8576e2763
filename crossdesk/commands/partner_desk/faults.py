"""What can go wrong on the far side, in one vocabulary for every kind of desk; ordered by a test or by the person who
plays it. The first eight happen to a request or a letter, the rest is how the desk behaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

import click

T = TypeVar("T")

OF_REQUESTS = {
    "slow": "answers late: SECONDS",
    "down": "503; by mail 451",
    "error": "500; by mail 451",
    "throttled": "429 without a word about when to come again; by mail 451",
    "garbage": "cut-off JSON with 200; a letter that is none",
    "hibernating": "a web page with 200, as a sleeping instance has; by mail “this mailbox is not watched”",
    "landed": "does the work, and the answer does not come in time: SECONDS; a letter is kept and refused",
    "bounces": "404, as if nobody were here; by mail a delivery report",
}
OF_THE_DESK = {
    "duplicate": "says everything twice",
    "out-of-order": "says the newest first",
    "damages": "changes the files it takes",
    "unproving": "says nothing of the files it takes, by mail",
    "refuses": "refuses every case",
    "redirects": "refuses every case and names the right desk: DESK",
}
KINDS = OF_REQUESTS | OF_THE_DESK
WRITTEN = re.compile(r"(?P<kind>[a-z-]+)(?:=(?P<value>[^:]*))?(?::(?P<method>[A-Za-z]*))?(?::(?P<times>\d+))?")
FOR_EVER = 10**9
RIGHT_DESK = "Elexon Service Desk"
SECONDS = 5.0


@dataclass
class Fault:
    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    seconds: float = SECONDS
    value: str = ""

    def meets(self, method: str, path: str) -> bool:
        return self.kind in OF_REQUESTS and self.times > 0 and self.method in ("", method) and self.path in path


@dataclass
class Faults:
    ordered: list[Fault] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, written: Iterable[str]) -> Faults:
        """As on the command line. Raises `click.BadParameter` with what there is."""
        return cls([read(each) for each in written])

    def order(self, kind: str, *, method: str = "", path: str = "", times: int = 1, seconds: float = SECONDS) -> None:
        if kind not in KINDS:
            raise ValueError(unknown(kind))
        self.ordered.append(Fault(kind, method, path, times, seconds))

    def next(self, method: str = "", path: str = "") -> Fault | None:
        """What happens to this request."""
        with self.lock:
            found = next((each for each in self.ordered if each.meets(method, path)), None)
            if found:
                found.times -= 1
            return found

    def has(self, kind: str) -> bool:
        return any(each.kind == kind for each in self.ordered)

    @property
    def refuses(self) -> bool:
        return self.has("refuses") or self.has("redirects")

    @property
    def right_desk(self) -> str:
        """Named with a refusal. A desk that only refuses names none."""
        named = next((each.value for each in self.ordered if each.kind == "redirects"), "")
        return named or ("" if self.has("refuses") else RIGHT_DESK)

    @property
    def refusal(self) -> str:
        return "\n".join(filter(None, ["This is not ours.", self.right_desk and f"Right desk: {self.right_desk}"]))

    def told(self, said: Sequence[T]) -> list[T]:
        """What the desk says, in the order and as often as it says it."""
        in_order = list(reversed(said)) if self.has("out-of-order") else list(said)
        return [each for each in in_order for _ in range(2 if self.has("duplicate") else 1)]


def read(written: str) -> Fault:
    found = WRITTEN.fullmatch(written.strip())
    if found is None or found["kind"] not in KINDS:
        raise click.BadParameter(unknown(written.partition("=")[0].partition(":")[0]))
    value, times = found["value"] or "", int(found["times"] or FOR_EVER)
    try:
        seconds = float(value) if value and found["kind"] in {"slow", "landed"} else SECONDS
    except ValueError:
        raise click.BadParameter(f"“{written}”: write the seconds as a number, as in slow=2.") from None
    if found["kind"] == "redirects" and not value:
        raise click.BadParameter("Name the desk, as in redirects=“Registration Desk”.")
    return Fault(found["kind"], (found["method"] or "").upper(), "", times, seconds, value)


def unknown(kind: str) -> str:
    return f"“{kind}” is no fault; there are {', '.join(KINDS)}."


def fault_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="KIND[=VALUE][:METHOD[:TIMES]]",
        callback=lambda _context, _option, given: Faults.of(given),
        help="; ".join(f"{kind}: {words}" for kind, words in KINDS.items())
        + ". For ever where no TIMES are named; may be given several times.",
    )(command)
