"""One problem that the desk shares with a supplier and a distributor, and the known error that came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk.cases.known import link_known
from crossdesk.cases.models import Case
from crossdesk.commands.demonstration.cast import Here
from crossdesk.known_errors import publishing, writing
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.writing import Description
from crossdesk.parties.models import Party
from crossdesk.problems import analysing, fixing, involving, opening
from crossdesk.problems.fixing import Account, Plan
from crossdesk.problems.models import Part, Problem
from crossdesk.problems.opening import Opening
from crossdesk.threads.viewer import verbs

TITLE = "Confirmations of appointments (IF-036) go missing after the nightly load"
SEEN = "Requests sent between 22:00 and 02:00 are taken, and no IF-036 comes back. Nothing tells the sender."
CAUSE = "The queue of confirmations drops what waits longer than an hour. The nightly load makes it wait longer."
HELPS = (
    "Send the request again after 06:00. The second one is confirmed within minutes, and the first never takes effect."
)
SOUGHT = ("No IF-036 for 37 appointments since 22:00", "IF-036 confirmations missing for appointments sent overnight")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def analyse(here: Here, at: datetime) -> None:
    begun = at - 6 * DAY
    nia, ewan = here.acting("nia", begun), here.acting("ewan", begun)
    problem = opening.open_problem(
        Opening(TITLE, SEEN, "dip", "REG0000"), desk=here.desks["Elexon Service Desk"], by=nia, at=begun
    )
    fixing.analyse(problem, by=nia, at=begun + HOUR)
    for name in ("Sycamore Energy", "Pennine Grid"):
        with verbs():
            party = Party.objects.get(name=name)
        involving.involve(problem, party, why="Please say what you saw, and when.", by=ewan, at=begun + 2 * HOUR)
    _together(here, problem, begun + DAY)
    _known(here, problem, at)


def _together(here: Here, problem: Problem, at: datetime) -> None:
    nia, priya, gwen = (here.acting(key, at) for key in ("nia", "priya", "gwen"))
    analysing.add_line(problem, "A new release of the platform went live.", happened_at=at - 3 * DAY, by=nia, at=at)
    analysing.add_line(problem, "First seen: the nightly load ran past 02:00.", happened_at=at - 2 * DAY, by=nia, at=at)
    for number, words in enumerate(("Confirmations were dropped.", "They waited longer than an hour.",
                                    "The nightly load fills the queue since the release."), 1):  # fmt: skip
        analysing.ask_why(problem, number, words, by=nia, at=at + HOUR)
    analysing.write(problem, "We noticed on the next morning, when customers had no meter reader.", by=priya, at=at)
    analysing.sign(problem, by=priya, at=at + HOUR)
    cause = analysing.state_cause(problem, "The queue drops what waits too long.", by=nia, at=at + HOUR)
    analysing.answer_cause(cause, agrees=True, by=priya, at=at + 2 * HOUR)
    other = analysing.state_cause(problem, "The requests were sent twice.", by=gwen, at=at + 2 * HOUR)
    analysing.answer_cause(
        other, agrees=False, words="Each was sent once; our log shows it.", by=priya, at=at + 3 * HOUR
    )
    due = at + 9 * DAY
    with verbs():
        parts = {part.party.name: part for part in Part.objects.filter(problem=problem).select_related("party")}
    analysing.give_action(
        problem, "Raise an alarm when a confirmation waits longer than ten minutes", part=parts["Elexon"],
        owner="Tom Okafor", due_at=due, by=nia, at=at + 3 * HOUR,
    )  # fmt: skip
    analysing.give_action(
        problem, "Compare sent and confirmed every morning", part=parts["Sycamore Energy"], owner="Priya Nair",
        due_at=due - 4 * DAY, by=nia, at=at + 3 * HOUR,
    )  # fmt: skip


def _known(here: Here, problem: Problem, at: datetime) -> None:
    when = at - 3 * DAY
    nia, ewan = here.acting("nia", when), here.acting("ewan", when)
    fixing.describe(problem, Account(TITLE, SEEN, CAUSE, HELPS, "dip", "REG0000"), by=nia, at=when)
    known = fixing.know(problem, by=ewan, at=when + HOUR)
    said = Description(
        TITLE,
        SEEN,
        HELPS,
        ("dip",),
        ("IF-036", "IF-031"),
        ("REG0000",),
        "appointment never confirmed, silent overnight",
    )
    writing.describe(known, said, by=nia, at=when + 2 * HOUR)
    publishing.publish(known, to=KnownError.To.EVERYONE, by=ewan, at=when + 3 * HOUR)
    with verbs():
        part = Part.objects.get(problem=problem, party=problem.desk.owner_id)
        cases = list(Case.objects.filter(summary__in=SOUGHT, owner=problem.desk, lists={}).exclude(stage="closed"))
    plan = Plan("Keep what waits for a day, and tell the sender when it is not confirmed.", part, at + 20 * DAY,
                "DIP release 2.4, 18 Dec")  # fmt: skip
    fixing.await_fix(problem, plan, by=ewan, at=when + 4 * HOUR)
    for case in cases:
        by = here.acting("nia", at)
        opening.link_case(problem, case, by=by, at=at)
    for case in cases[:1]:
        link_known(case, known, by=here.acting("nia", at), at=at)
