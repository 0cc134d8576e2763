"""`crossdesk draw`: docs/lifecycles.md, drawn from the tables that the product runs on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from crossdesk.commands.django import setup

if TYPE_CHECKING:
    from django.db.models import TextChoices

PAGE = Path("docs/lifecycles.md")


class Move(Protocol):
    """As much of a row of each table as drawing needs."""

    @property
    def origin(self) -> frozenset[str]: ...
    @property
    def to(self) -> str | None: ...


@click.command()
@click.option("--to", help="The file to draw into.", default=PAGE, type=click.Path(path_type=Path), show_default=True)
def draw(to: Path) -> None:
    """Draw the lifecycle of everything that has one."""
    setup()
    to.write_text(page(), encoding="utf-8")
    click.echo(f"Drawn: {to}")


def page() -> str:
    from crossdesk.cases.lifecycle import LEG_MOVES, MOVES, LegStage, Stage
    from crossdesk.desks.lifecycle import MOVES as AGREEMENT_MOVES
    from crossdesk.desks.lifecycle import Stage as AgreementStage
    from crossdesk.knowledge.lifecycle import MOVES as ARTICLE_MOVES
    from crossdesk.knowledge.lifecycle import State as ArticleState
    from crossdesk.known_errors.lifecycle import MOVES as KNOWN_MOVES
    from crossdesk.known_errors.lifecycle import State as KnownState
    from crossdesk.majors.lifecycle import MOVES as MAJOR_MOVES
    from crossdesk.majors.lifecycle import State
    from crossdesk.problems.lifecycle import MOVES as PROBLEM_MOVES
    from crossdesk.problems.lifecycle import State as ProblemState
    from crossdesk.reviews.lifecycle import MOVES as REVIEW_MOVES
    from crossdesk.reviews.lifecycle import State as ReviewState

    return f"""# Lifecycles

Drawn by `crossdesk draw` from each `lifecycle.py` of the packages; a test fails when they differ.

## A case

*Engaged* and *awaiting* are no stages: they follow from open legs and open questions, and can hold at once.

{diagram(MOVES, Stage)}

These moves leave the stage as it is: {staying(MOVES)}.

## A leg

A leg is the part of a case that another desk works on. *Undeliverable* and *silent* are flags of an open leg.

{diagram(LEG_MOVES, LegStage)}

These moves leave the stage as it is: {staying(LEG_MOVES)}.

## A major incident

Standing down ends the emergency and closes nothing: what was missed is sent again, and each party agrees first.

{diagram(MAJOR_MOVES, State)}

These moves leave the state as it is: {staying(MAJOR_MOVES)}.

## A review

It opens by itself when its incident stands down, and publishing it makes the incident reviewed.

{diagram(REVIEW_MOVES, ReviewState)}

These moves leave the state as it is: {staying(REVIEW_MOVES)}.

## A problem

It begins with cases, with a major incident or with what recurs, and ends when its cause is out of the world.

{diagram(PROBLEM_MOVES, ProblemState)}

These moves leave the state as it is: {staying(PROBLEM_MOVES)}.

## A known error

Cases are held against it while it is published or fixed; before and after, only its desk reads it.

{diagram(KNOWN_MOVES, KnownState)}

These moves leave the state as it is: {staying(KNOWN_MOVES)}.

## A version of an agreement

Proposed by one side, answered by the other. Whether it is in force is no stage: it follows from its days, and from a
later version that took its place.

{diagram(AGREEMENT_MOVES, AgreementStage)}

## An article

A published article may be written anew beside what its readers have; publishing the draft makes the next version.

{diagram(ARTICLE_MOVES, ArticleState)}

These moves leave the state as it is: {staying(ARTICLE_MOVES)}.
"""


def diagram(moves: Mapping[str, Move], stages: type[TextChoices]) -> str:
    """One arrow per pair of stages, labelled with every move that takes it, in the order of the table."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for name, each in moves.items():
        for origin in stages.values:
            if each.to and origin in each.origin and origin != each.to:
                arrows.setdefault((origin, each.to), []).append(plain(name))
    first, *_ = stages.values
    ends = [stage for stage in stages.values if not any(stage == origin for origin, _ in arrows)]
    lines = [f"    {stage.value}: {stage.label}" for stage in stages]
    lines.append(f"    [*] --> {first}")
    lines += [f"    {origin} --> {to}: {', '.join(names)}" for (origin, to), names in arrows.items()]
    lines += [f"    {stage} --> [*]" for stage in ends]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def staying(moves: Mapping[str, Move]) -> str:
    return ", ".join(plain(name) for name, each in moves.items() if each.to is None)


def plain(name: str) -> str:
    return name.replace("_", " ")
