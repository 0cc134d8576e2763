"""Invented companies and work, for looking at the parts of a page. Only central services are real."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from crossdesk.threads.viewer import Viewer
from crossdesk.web.shell import Frame

AT = datetime(2026, 11, 24, 13, 38, tzinfo=UTC)
WORK = [
    (
        1,
        "CP-4H7T-2NWE",
        "IF-021 rejected at ingress for every data service since 12:50",
        "triage",
        "4 h 58 m left",
        18,
        "",
    ),
    (2, "CP-9QFX-6K2M", "IF-031 appointments lapsed in bulk, areas 16 and 23", "engaged", "12 m over", 100, "over"),
    (
        2,
        "CP-7K3M-9Q4X",
        "IF-036 confirmations missing for 124 MPANs after the overnight load",
        "engaged",
        "5 h 18 m left",
        47,
        "",
    ),
    (3, "CP-2DWR-8YT6", "Energisation status disagrees with field visit, 37 sites", "assigned", "1 d 6 h left", 12, ""),
    (3, "CP-6JNE-3VHC", "EES shows old supplier for switched sites", "awaiting", "paused, due 15:30", 50, "paused"),
    (4, "CP-5TBM-7QXD", "ISD download notice IF-047 missing for 22 Nov", "resolved", "met at 12:14", 40, "met"),
    (None, "CP-8WCK-4RNF", "Mail from a desk nobody knows yet", "raised", "20 m left", 80, "warn"),
]
WRITTEN = "Thank you. Send the list of affected MPANs as a file, and say whether the 02:10 job will run again tonight."
LEGS = [("pending_us", "DIP"), ("in_progress", "LDSO"), ("resolved", "DCC")]


def row(number: int, work: tuple[Any, ...]) -> dict[str, Any]:
    keys = ("priority", "reference", "summary", "stage", "words", "share", "state")
    return dict(zip(keys, work, strict=True)) | {
        "here": number == 2,
        "by": "14:20",
        "who": "You" if number % 3 == 0 else "Pennine Grid",
        "what": "confirm the affected MPANs",
        "legs": [{"state": state, "name": name} for state, name in LEGS[: number % 4]],
        "party": "Sycamore Energy +2",
    }


def segment(left: float, width: float, kind: str, words: str) -> dict[str, Any]:
    return {"left": left, "width": width, "kind": kind, "words": words, "from": "10:14", "to": "11:00"}


def lane(party: str, desk: str, state: str, detail: str, *segments: dict[str, Any]) -> dict[str, Any]:
    return {"party": party, "desk": desk, "state": state, "detail": detail, "segments": segments}


def option(kind: str, value: str, label: str, readers: str, why_not: str = "") -> dict[str, Any]:
    others = "Not Sycamore Energy. Not DCC."
    return {
        "kind": kind,
        "value": value,
        "label": label,
        "count": 3,
        "readers": readers,
        "others": others,
        "send": f"Send to {label}",
        "why_not": why_not,
    }


QUEUE = SimpleNamespace(
    rows=[row(number, work) for number, work in enumerate(WORK * 4)],
    views=[
        ("The ball is with", [("All open", 1284, False), ("Us", 48, False), ("Me", 9, False), ("Nobody yet", 4, True)]),
        ("Time", [("Breached", 6, True), ("Due in an hour", 17, False), ("Silent legs", 5, False)]),
    ],
)
CASE = SimpleNamespace(
    steps=[
        {"label": "Raised", "at": "09:07"},
        {"label": "Triage", "at": "09:21"},
        {"label": "Assigned", "at": "09:40"},
        {"label": "Engaged", "at": "since 10:14"},
        {"label": "Resolved"},
        {"label": "Closed"},
    ],
    axis=[{"at": 16.7 * hour, "label": f"{9 + hour:02}:00", "minor": hour == 4} for hour in range(5)],
    lanes=[
        lane(
            "Elexon",
            "desk",
            "pending_us",
            "held 1 h 49 m",
            segment(2, 22, "working", "Triage, engage 2 desks"),
            segment(24.5, 29.5, "waiting", "Waiting for both"),
            segment(54.5, 23.5, "working", "Compare, question raised"),
        ),
        lane(
            "Pennine Grid",
            "help desk",
            "in_progress",
            "their INC0048213",
            segment(24.5, 11, "waiting", "Sent, not yet read"),
            segment(36, 42, "theirs", "Checks overnight load file"),
        ),
        lane(
            "DCC",
            "service desk",
            "resolved",
            "their DCC-77120",
            segment(24.5, 4, "waiting", "Sent"),
            segment(29, 25, "done", "No fault found, evidence sent"),
        ),
    ],
    options=[
        option("internal", "i", "Our desk only", "Nia Bevan, Tom Okafor, Ewan Price"),
        option("raiser", "r", "Raiser", "Priya Nair and 2 others at Sycamore Energy"),
        option(
            "leg", "e1", "Pennine Grid", "registration.help@penninegrid.example (shared mailbox), Nia Bevan, Tom Okafor"
        ),
        option(
            "everyone",
            "all",
            "Everyone",
            "Sycamore Energy, Pennine Grid, Elexon desk",
            "Only the owning desk writes to everyone.",
        ),
    ],
    said=[
        (
            "internal",
            "Internal: Elexon desk",
            "Nia Bevan",
            "Elexon desk",
            "Same load file as last month.\nOffer the known error.",
        ),
        (
            "raiser",
            "Raiser: Sycamore Energy",
            "Nia Bevan",
            "Elexon desk",
            "Did the 5 MPANs with a failing check digit come from the same extract?",
        ),
        (
            "leg",
            "Engagement: Pennine Grid",
            "Help desk, by e-mail",
            "Pennine Grid",
            "The overnight job stopped at record 48,112. We are comparing the rest with your list.",
        ),
        (
            "everyone",
            "Everyone on the case",
            "Nia Bevan",
            "Elexon desk",
            "Two desks are engaged. Next update by 14:15.",
        ),
    ],
)


def context(theme: str, empty: bool = False) -> dict[str, Any]:
    places = [
        ("Queue", 48, "g q"),
        ("Majors", 1, "g m"),
        ("Unmatched mail", 3, "g i"),
        ("Problems", None, ""),
        ("Directory", None, "g d"),
    ]
    return {
        "theme": theme,
        "viewer": Viewer(name="Nia Bevan", party=1, party_name="Elexon desk", person=1),
        "acting": SimpleNamespace(choices=((1, "Elexon desk"), (2, "Castell Data"))),
        "nav": Frame(
            bar=[
                {"url": "#", "label": label, "count": number, "current": label == "Queue", "key": key}
                for label, number, key in places
            ]
        ),
        "majors": [
            {
                "reference": "MI-6QT9-2HWD",
                "title": "Registration data missing, Pennine Grid areas",
                "next_by": "14:15",
                "in_words": "in 33 min",
                "url": "#",
            }
        ],
        "messages": [],
        "csrf_token": "sample",
        "words": "" if empty else WRITTEN,
        "at": AT,
        "queue": QUEUE,
        "sample": CASE,
    }
