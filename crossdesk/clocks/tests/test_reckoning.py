"""Clocks as stories, and then random histories against a slow reference that counts open minutes one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.clocks.opening import Hours, NeverOpens
from crossdesk.clocks.reckoning import Event, Reckoning, Target, Turn, reckon
from crossdesk.clocks.tests.test_opening import OFFICE, london, open_minutes, some_hours

START, PAUSE, RESUME, MEET, STOP, REOPEN = Turn
MINUTE = timedelta(minutes=1)
TEN_HOURS = Target(timedelta(hours=10), Hours())
NINE = london(2026, 11, 24, 9)


def later(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def after(*history: Event, target: Target = TEN_HOURS, at: datetime | None = None) -> Reckoning:
    return reckon(history, target, at or later(100))


def test_a_running_clock_is_due_after_its_target() -> None:
    assert after(Event(START, NINE)).due_at == later(10)


def test_a_pause_moves_the_due_time_by_its_length() -> None:
    assert after(Event(START, NINE), Event(PAUSE, later(2)), Event(RESUME, later(5))).due_at == later(13)


def test_a_paused_clock_is_due_at_no_time() -> None:
    assert after(Event(START, NINE), Event(PAUSE, later(2))).due_at is None


def test_a_pause_ends_by_itself() -> None:
    paused = Event(PAUSE, later(2), until=later(4))
    assert after(Event(START, NINE), paused, at=later(3)).resumes_at == later(4)
    assert after(Event(START, NINE), paused, at=later(4)).due_at == later(12)


def test_an_answer_before_the_pause_ends_counts_from_the_answer() -> None:
    paused = Event(PAUSE, later(2), until=later(8))
    assert after(Event(START, NINE), paused, Event(RESUME, later(3))).due_at == later(11)


def test_met_at_the_very_moment_is_not_late() -> None:
    met = after(Event(START, NINE), Event(MEET, later(10)))
    assert (met.ended, met.late(later(100))) == (MEET, False)


def test_met_a_moment_after_is_late() -> None:
    assert after(Event(START, NINE), Event(MEET, later(10) + timedelta(seconds=1))).late(later(100))


def test_paused_at_the_very_moment_it_is_due_when_it_runs_again() -> None:
    history = Event(START, NINE), Event(PAUSE, later(10))
    assert after(*history).due_at is None
    assert after(*history, Event(RESUME, later(12))).due_at == later(12)


def test_what_was_met_in_time_is_not_late_because_it_is_reopened() -> None:
    history = Event(START, NINE), Event(MEET, later(10)), Event(REOPEN, later(20))
    assert after(*history).due_at == later(20)


def test_a_breach_is_not_undone_by_a_later_pause() -> None:
    assert after(Event(START, NINE), Event(PAUSE, later(11))).due_at == later(10)


def test_a_shorter_target_judges_the_whole_history_anew() -> None:
    history = Event(START, NINE), Event(PAUSE, later(2)), Event(RESUME, later(5))
    assert after(*history, target=Target(timedelta(hours=1), Hours())).due_at == later(1)


def test_other_hours_judge_the_whole_history_anew() -> None:
    assert after(Event(START, NINE), target=Target(timedelta(hours=10), OFFICE)).due_at == london(2026, 11, 25, 11)


def test_three_quarters_are_used_before_the_whole() -> None:
    assert after(Event(START, NINE)).reaches(75) == later(7.5)


def test_a_dispute_goes_on_from_what_was_spent() -> None:
    assert after(Event(START, NINE), Event(MEET, later(6)), Event(REOPEN, later(20))).due_at == later(24)


def test_what_makes_no_sense_changes_nothing() -> None:
    odd = Event(START, NINE), Event(RESUME, later(1)), Event(START, later(2)), Event(PAUSE, later(3))
    again = *odd, Event(PAUSE, later(4)), Event(RESUME, later(5)), Event(MEET, later(6)), Event(RESUME, later(7))
    assert after(*again).spent(later(50)) == timedelta(hours=4)


# Against the reference

DAY = date(2026, 10, 24)  # the night after it is an hour longer
starts = st.sampled_from([DAY, date(2026, 3, 28), date(2028, 2, 28), date(2026, 12, 24)])
steps = st.lists(
    st.tuples(
        st.sampled_from([PAUSE, RESUME, PAUSE, RESUME, MEET, STOP, REOPEN]), st.integers(0, 900), st.integers(1, 900)
    ),
    max_size=7,
)


def history_of(start: datetime, drawn: list[tuple[Turn, int, int]]) -> list[Event]:
    history, at = [Event(START, start)], start
    for turn, wait, length in drawn:
        at += wait * MINUTE
        history.append(Event(turn, at, at + length * MINUTE if turn is PAUSE and length % 2 else None))
    return history


def runs_at(history: list[Event], minute: datetime) -> bool:
    """Read from the start, for one minute, with no memory but the state."""
    state, until = "", None
    for event in history:
        if until and until <= min(event.at, minute):
            state, until = "runs", None
        if event.at > minute:
            break
        needed = {PAUSE: ("runs",), RESUME: ("paused",), REOPEN: ("over",), START: ("",)}
        if state not in needed.get(event.turn, ("runs", "paused")):
            continue
        if event.turn in {MEET, STOP}:
            state, until = "over", None
        elif event.turn is PAUSE:
            state, until = "paused", event.until
        else:
            state, until = "runs", None
    return state == "runs" or bool(until and until <= minute)


@given(hours=some_hours, day=starts, since=st.integers(0, 1439), drawn=steps, length=st.integers(1, 2000))
@settings(max_examples=60)
def test_any_history_agrees_with_counting_minutes(
    hours: Hours, day: date, since: int, drawn: list[tuple[Turn, int, int]], length: int
) -> None:
    start = datetime.combine(day, datetime.min.time(), UTC) + since * MINUTE
    history = history_of(start, drawn)
    end = start + timedelta(days=6)
    worked = sorted(
        minute
        for each in range(-1, 8)
        for minute in open_minutes(hours, day + timedelta(days=each))
        if start <= minute < end and runs_at(history, minute)
    )
    reckoned = reckon(history, Target(length * MINUTE, hours), end)
    assert reckoned.spent(end) == len(worked) * MINUTE
    try:
        due = reckoned.due_at
    except NeverOpens:
        due = None
    if len(worked) > length:
        used_up = worked[length - 1] + MINUTE
        # Paused in the very moment, it is not late; it is due as soon as it runs again.
        assert due == (used_up if runs_at(history, used_up) else worked[length])
    elif len(worked) < length:
        assert due is None or due > end
