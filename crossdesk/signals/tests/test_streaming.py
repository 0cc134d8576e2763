"""A stream is cut into whole lines, by size and by time, and its end loses nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from crossdesk.signals.streaming import batches

AT_ONCE, NEVER = timedelta(), timedelta(days=1)


@contextmanager
def stream() -> Iterator[tuple[int, Callable[[bytes], object], Callable[[], None]]]:
    source, into = os.pipe()
    try:
        yield source, lambda words: os.write(into, words), lambda: os.close(into)
    finally:
        os.close(source)


def test_a_batch_is_of_whole_lines_and_the_end_gives_the_rest() -> None:
    with stream() as (source, write, end):
        write(b'{"a": 1}\n{"b": 2}\n{"c": ')
        read = batches(source, every=AT_ONCE)
        assert next(read) == b'{"a": 1}\n{"b": 2}\n'
        write(b"3}\n")
        assert next(read) == b'{"c": 3}\n'
        write(b'{"cut off')
        end()
        assert list(read) == [b'{"cut off']


def test_what_comes_slowly_waits_and_what_comes_fast_does_not() -> None:
    with stream() as (source, write, end):
        write(b"1\n2\n")
        read = batches(source, every=NEVER, most=6)
        write(b"3\n4")
        assert next(read) == b"1\n2\n3\n"
        end()
        assert list(read) == [b"4"]


def test_a_line_without_an_end_goes_as_it_is_instead_of_filling_the_memory() -> None:
    with stream() as (source, write, end):
        write(b"x" * 100)
        read = batches(source, every=NEVER, most=64)
        assert next(read) == b"x" * 100
        write(b"\n1\n")
        end()
        assert list(read) == [b"\n1\n"]


def test_an_empty_stream_is_nothing() -> None:
    with stream() as (source, _, end):
        end()
        assert list(batches(source, every=AT_ONCE)) == []
