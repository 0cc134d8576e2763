"""Markdown of strangers: nothing that runs, nothing that is fetched, nothing that takes long."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.kit.markdown import LONGEST, rendered

ATTRIBUTES = re.compile(r"<[a-z0-9]+([^>]*)>")


def only_harmless(page: str) -> bool:
    inside = " ".join(ATTRIBUTES.findall(page.lower()))
    return not (
        re.search(r"<(script|img|iframe|style|svg|object|form|input|base|meta|link)\b", page, re.IGNORECASE)
        or re.search(r"\bon\w+\s*=|javascript:|data:|vbscript:|style\s*=|src\s*=", inside)
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[press](javascript:alert(1))",
        "[press](JaVaScRiPt&colon;alert(1))",
        "[press](  data:text/html;base64,PHNjcmlwdD4=)",
        "![seen](https://spy.example/pixel.gif)",
        '![x](x" onerror="alert(1))',
        "<a href='vbscript:x'>x</a><img src=x onerror=alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "| <script> | `<img src=x>` |\n|---|---|\n| [a](javascript:b) | <b onclick=c>d</b> |",
        '[x](https://a.example "onmouseover=alert(1)")',
    ],
)
def test_nothing_that_runs_and_nothing_that_is_fetched(hostile: str) -> None:
    assert only_harmless(rendered(hostile))


@given(st.text(alphabet="<>[]()!`*_#|-&;:\"'= \n/javscriptdtonle0", max_size=80))
@settings(max_examples=150)
def test_whatever_is_written(written: str) -> None:
    assert only_harmless(rendered(written))


def test_it_reads_as_it_was_meant() -> None:
    page = rendered("# Look\n\n1. **Ask** `REG0000`\n2. See [rules](/rules/)\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<h2>Look</h2>" in page
    assert "<strong>Ask</strong> <code>REG0000</code>" in page
    assert '<a href="/rules/" rel="noopener noreferrer nofollow">rules</a>' in page
    assert "<td>1</td>" in page
    assert "elexon.example" in rendered("[the code](https://elexon.example/code)").split("</a>")[1]


@pytest.mark.parametrize("piece", ["![", "_*", "|a|b|\n|-|-|\n"])
def test_nothing_takes_long(piece: str) -> None:
    begun = perf_counter()
    rendered(piece * (LONGEST // len(piece)))
    assert perf_counter() - begun < 6
