"""Which pages of the demonstration who looks at."""

from __future__ import annotations

EVERYBODY = (
    "/cases/", "/cases/{shared}/", "/raise/", "/directory/", "/updates/",
    "/directory/desks/{elexon}/", "/directory/desks/{elexon}/hours/", "/directory/parties/{party}/",
    "/status/", "/operations/", "/knowledge/", "/knowledge/{article}/",
)  # fmt: skip
THE_SAME_TO_ALL = (
    "/cases/?show=closed", "/rules/", "/directory/?q=pennine", "/search/", "/profile/", "/account/email/",
    "/account/password/change/", "/account/logout/", "/cases/CP-0000-0000/", "/anchors/", "/status/past/", "/calendar/",
    "/api/", "/rules/interfaces/IF-036/", "/knowledge/{article}/difference/",
)  # fmt: skip
AT_A_DESK = (
    "/maintenance/", "/updates/readers/", "/queue/", "/mail/", "/messages/", "/messages/?show=latest",
    "/mail/sink/", "/mail/cases/{shared}/", "/queue/by-hand", "/directory/unreached/",
)  # fmt: skip
TRIAGING = (
    "/queue/?view=us", "/queue/?view=them", "/queue/?view=nobody", "/queue/?view=overdue", "/queue/?view=triage",
    "/queue/?view=offers", "/queue/?view=resolved", "/queue/?view=bounced", "/queue/without?days=365", "/queue/reviews",
    "/cases/{shared}/engagement", "/cases/{shared}/engagement?to={third}", "/cases/{shared}/priority",
    "/cases/{shared}/assignment", "/cases/{shared}/question", "/cases/{shared}/resolution", "/cases/{shared}/link",
    "/cases/{shared}/legs/{leg}/withdrawal", "/cases/{shared}/impact-party", "/cases/{shared}/impact-system",
    "/cases/{shared}/impact-row", "/cases/{shared}/impact-answer?phrase=row-12-major",
)  # fmt: skip
IN_THE_ROOM = (
    "/majors/{major}/", "/majors/{major}/situation", "/majors/{major}/standing-down", "/majors/{major}/role",
    "/majors/{major}/party", "/majors/{major}/actions/1/completion", "/cases/{shared}/major",
)  # fmt: skip
PAGES = [
    *((who, "/health/") for who in ("nia", "priya", "gwen")),
    *(("nia", page) for page in ("/health/messages/", "/health/feeds/", "/health/faults/{fault}/")),
    *(("nia", page) for page in (*AT_A_DESK, *TRIAGING, *EVERYBODY, *THE_SAME_TO_ALL)),
    *(("priya", page) for page in ("/queue/", *EVERYBODY, "/cases/{shared}/withdrawal")),
    *(("gwen", page) for page in (*AT_A_DESK, *EVERYBODY, "/cases/{shared}/legs/{leg}/resolution")),
    *(("mair", page) for page in ("/cases/?of={lent}", "/cases/{shared}/", "/directory/parties/{delegate}/")),
    *(("hal", page) for page in ("/cases/?of=named", "/cases/{restricted}/", "/cases/{restricted}/naming")),
    *(("hal", page) for page in ("/directory/parties/{parent}/", "/directory/parties/{child}/")),
    *(("ewan", page) for page in ("/cases/{shared}/", "/cases/{shared}/restriction", "/queue/reviews")),
    *(("ewan", page) for page in ("/cases/{to_close}/closure", "/cases/{excused}/")),
    *((who, "/cases/{joint}/joint") for who in ("nia", "gwen", "sol", "carl")),
    ("nia", "/cases/{carried}/legs/2/pack"),
    ("nia", "/messages/out/{held}/"),
    ("sol", "/cases/{joint}/joint-side"),
    ("nia", "/cases/{joint}/joint-decision"),
    ("nia", "/cases/{shared}/sight"),
    ("gwen", "/cases/{shared}/legs/{leg}/engagement"),
    *(("carl", page) for page in ("/cases/{redirected}/", "/cases/{redirected}/onward")),
    ("una", "/cases/{away}/onward"),
    *(
        ("nia", f"/knowledge/{page}")
        for page in ("new/", "{article}/edit/", "{article}/publish/", "{article}/versions/1/")
    ),
    ("joss", "/directory/parties/{party}/"),
    ("ada", "/directory/desks/{elexon}/hours/"),
    *(("ada", page) for page in ("/agreements/", "/agreements/new/", "/agreements/new/?with={party}&who=them")),
    *(("ada", f"/agreements/{{{each}}}/") for each in ("agreed", "proposed", "ahead")),
    ("ada", "/agreements/{agreed}/change/"),
    *(("ada", f"/agreements/{{{each}}}/conformance/") for each in ("agreed", "tried")),
    *(("priya", page) for page in ("/agreements/", "/agreements/new/")),
    *(("ewan", page) for page in ("/majors/", "/majors/?show=past", *IN_THE_ROOM)),
    *(("gwen", page) for page in ("/majors/", "/majors/{major}/", "/majors/{major}/words")),
    *(("priya", page) for page in ("/majors/", "/majors/?show=past")),
    ("dara", "/majors/{past}/"),
    *((who, "/majors/{past}/review/") for who in ("dara", "una", "max")),
    *(
        (who, page)
        for who in ("ewan", "priya")
        for page in ("/problems/", "/problems/{problem}/", "/known-errors/{known}/")
    ),
    *(("ewan", page) for page in ("/known-errors/{known}/readers", "/problems/{problem}/action", "/known-errors/")),
    ("una", "/majors/{past}/review/section/"),
    ("una", "/majors/?show=past"),
    *((who, "/actions/") for who in ("ewan", "priya")),
    ("ewan", "/requests/"),
    ("priya", "/requests/new/solr-transfer/"),
    ("ewan", "/cases/{asked}/approvals/{approval}/"),
    ("mair", "/cases/{joining}/"),
    *((who, page) for who in ("", "hal") for page in ("/status/", "/status/past/", "/status/incidents/{told}/")),
]


FIRST = {path: who for who, path in reversed(PAGES)}
"""Who looks at a page every way. The others see it light and wide, and dark and narrow: so every rule and every colour
is still held to what only they see."""
