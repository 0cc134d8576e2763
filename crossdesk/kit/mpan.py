"""The MPAN core: 13 digits, of which the first two name the distributor and the last one checks the rest."""

from __future__ import annotations

PRIMES = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
"""The weights of the first twelve digits. The prime 11 is skipped, because the sum is taken modulo 11."""

CORE, SUPPLY_NUMBER = 13, 21
AS_TEXT = "format its column as text and export it again"


def _weighed(three: int) -> dict[str, int]:
    """What three digits add to the sum when the first of them stands at place `three`."""
    first, second, third = PRIMES[three : three + 3]
    return {f"{n:03}": n // 100 * first + n // 10 % 10 * second + n % 10 * third for n in range(1000)}


# Four look-ups instead of twelve multiplications: lists of a million lines come through here.
_A, _B, _C, _D = (_weighed(three) for three in (0, 3, 6, 9))
_LAST = {str(digit): digit for digit in range(10)}


def check_digit(first12: str) -> int:
    if len(first12) != 12 or not _all_digits(first12):
        raise ValueError("A check digit is worked out from exactly 12 digits.")
    return (_A[first12[:3]] + _B[first12[3:6]] + _C[first12[6:9]] + _D[first12[9:]]) % 11 % 10


def is_core(text: str) -> bool:
    """Whether this is a valid core exactly as written: the quick question, for long lists."""
    if len(text) != CORE:
        return False
    try:
        total = _A[text[:3]] + _B[text[3:6]] + _C[text[6:9]] + _D[text[9:12]]
        return total % 11 % 10 == _LAST[text[12]]
    except KeyError:
        return False


def core(text: str) -> str:
    """The digits that should be the core: spaces dropped, and of a full supply number its last 13 digits."""
    digits = "".join(text.split())
    return digits[-CORE:] if len(digits) == SUPPLY_NUMBER else digits


def valid(text: str) -> bool:
    return is_core(core(text))


def note(text: str) -> str | None:
    """What was done to read it, for the person who gave it."""
    if len("".join(text.split())) == SUPPLY_NUMBER:
        return "is a full supply number; its last 13 digits are the MPAN core"
    return None


def fault(text: str) -> str | None:
    """Why it is no MPAN, as the rest of a sentence that begins with it; nothing when it is one."""
    digits = "".join(text.split())
    if not digits:
        return "is empty"
    if not _all_digits(digits):
        return _not_digits(digits)
    if SUPPLY_NUMBER - 3 < len(digits) < SUPPLY_NUMBER:  # it begins with a profile class such as 01
        return f"has {len(digits)} digits, a supply number has {SUPPLY_NUMBER}: a spreadsheet drops zeros; {AS_TEXT}"
    if len(digits) not in (CORE, SUPPLY_NUMBER):
        return f"has {len(digits)} digit{'s' if len(digits) > 1 else ''}, an MPAN core has {CORE}"
    wanted = core(digits)
    expected = check_digit(wanted[:12])
    return None if wanted[12] == str(expected) else f"should end in {expected}"


def distributor_of(mpan: str | int) -> str:
    """The two digits that name the distributor, "19" for example."""
    return f"{mpan:0{CORE}}"[:2] if isinstance(mpan, int) else core(mpan)[:2]


def text_of(number: int) -> str:
    """A core that was kept as a number, with the zeros it may begin with."""
    return f"{number:0{CORE}}"


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _not_digits(text: str) -> str:
    mantissa, has_exponent, exponent = text.upper().partition("E+")
    if has_exponent and _all_digits(exponent) and _all_digits(mantissa.replace(".", "").replace(",", "")):
        return f"was rounded by a spreadsheet; {AS_TEXT}"
    if any(character.isalpha() for character in text):
        return "contains letters"
    return "contains signs other than digits"
