"""Counting a million distinct MPANs over linked cases, beside the same count in plain SQL by the tables' owner.

python -m crossdesk.postgres FOLDER python -m benchmarks.impact --distinct 1000000
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import click
import psycopg

from benchmarks.borrowed import database
from benchmarks.desk import median

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PARTIES, LISTS = 5, 4
PLAIN = "select count(*) from (select distinct value from cases_member where set_id = any(%s)) d"
TIMES = 5


@dataclass
class Story:
    """Each party gave several lists on a case of its own; half of each list stands on the next as well."""

    distinct: int
    head: UUID
    sets: list[int]
    spare: list[int] = field(default_factory=list)  # not yet given: small ones, and one like the others

    @property
    def part(self) -> int:
        return self.distinct // len(self.sets)


@click.command()
@click.option("--distinct", default=1_000_000, show_default=True)
@click.option(
    "--others", default=2_000_000, show_default=True, help="Members of lists that have nothing to do with it."
)
def main(distinct: int, others: int) -> None:
    with database(f"crossdesk_bench_impact_{distinct}") as owner:
        story = fill(owner, distinct, others)
        click.echo(
            f"{distinct:,} distinct MPANs on {len(story.sets)} lists of {PARTIES} linked cases, {others:,} others"
        )
        click.echo(f"{'':36}{'product':>12}{'plain SQL':>12}{'ratio':>8}")
        for what, run in looks(owner, story):
            limit = median(lambda: owner.execute(PLAIN, [story.sets]).fetchone(), TIMES)
            ours = median(run, TIMES)
            click.echo(f"{what:36}{ours:>9.0f} ms{limit:>9.0f} ms{ours / limit:>8.2f}")
        assert owner.execute(PLAIN, [story.sets]).fetchone() == (distinct,)
        assert owner.execute("select total from impact_tally").fetchall() == [(distinct,)] * PARTIES


def looks(owner: psycopg.Connection, story: Story) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each is what the job does after an entry, from the family to the recorded crossing."""
    from crossdesk.impact.crossing import look_again

    def look() -> None:
        look_again(story.head, AT)

    def from_nothing() -> None:
        owner.execute("delete from impact_lastcount")
        look()

    def turned(listed: int) -> Callable[[], None]:
        """Given in one run and taken back in the next."""

        def run() -> None:
            owner.execute(
                "update cases_referenceset set retracted_at = case when retracted_at is null then %s end where id = %s",
                [AT, listed],
            )
            look()

        return run

    yield "everything, as the first time", from_nothing
    yield "nothing new", look
    small, large = story.spare
    yield "a list of 1,000 more or less", turned(small)
    yield f"a list of {story.part * 3 // 2:,} more or less", turned(large)


def fill(owner: psycopg.Connection, distinct: int, others: int) -> Story:
    from crossdesk.cases.material import ReferenceSet
    from crossdesk.cases.models import Case, CaseLink
    from crossdesk.cases.raising import Report, raise_case
    from crossdesk.desks.founding import open_desk
    from crossdesk.desks.models import Desk
    from crossdesk.parties.founding import found_party
    from crossdesk.threads.models import Entry
    from crossdesk.threads.viewer import Viewer, verbs

    def listed(case: Case, retracted_at: datetime | None = None) -> int:
        entry = Entry.objects.filter(thread=case.pk)[0]
        own = {"case": case, "entry": entry, "seats": [desk.seat_id], "retracted_at": retracted_at}
        return ReferenceSet.objects.create(**own, kind="mpan", digest=bytes(32)).pk

    sets: list[int] = []
    with verbs():
        elexon = found_party("Elexon", roles=["elexon"], central=True)
        desk = open_desk("Elexon", rule="elexon", owner=elexon, kind="service", home=Desk.Home.HOSTED)
        cases: list[Case] = []
        for number in range(PARTIES + 1):
            party = found_party(f"Supplier {number}", roles=["supplier"])
            viewer = Viewer("Somebody", party.pk, str(party), (party.seat_id,))
            report = Report("MPANs missing", "missing-mpan-data", scenario="missing-mpan-data")
            cases.append(raise_case(report, raiser=party, to=desk, by=viewer, at=AT))
        *cases, apart = cases
        for case in cases[1:]:
            CaseLink.objects.create(parent=cases[0], child=case, kind="child", seats=[desk.seat_id])
        sets = [listed(case) for case in cases for _ in range(LISTS)]
        story = Story(distinct, cases[0].pk, sets, [listed(cases[1], AT), listed(cases[1], AT)])
        elsewhere = listed(apart)
    long = story.part * 3 // 2
    load(owner, elsewhere, distinct, others)
    for number, each in enumerate(sets):
        load(owner, each, number * story.part, long, distinct)
    load(owner, story.spare[0], 0, 1_000)
    load(owner, story.spare[1], 0, long)
    owner.execute("vacuum analyze")
    return story


def load(owner: psycopg.Connection, listed: int, first: int, length: int, modulo: int = 10**11) -> None:
    owner.execute(
        "insert into cases_member (set_id, value) select %s, '16' || lpad((n %% %s)::text, 11, '0')"
        " from generate_series(%s::bigint, %s::bigint) n",
        [listed, modulo, first, first + length - 1],
    )
    owner.execute('update cases_referenceset set lines = %s, "distinct" = %s where id = %s', [length, length, listed])


if __name__ == "__main__":
    main()
