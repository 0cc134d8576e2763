"""Metering points: invented, with check digits that are right or wrong."""

from __future__ import annotations

from crossdesk.kit.mpan import check_digit


def mpans(count: int, first: int = 0, distributor: str = "16") -> list[str]:
    bodies = [f"{distributor}{number:010d}" for number in range(first, first + count)]
    return [body + str(check_digit(body)) for body in bodies]


def with_bad_digit(mpan: str) -> str:
    return mpan[:12] + str((int(mpan[12]) + 1) % 10)
