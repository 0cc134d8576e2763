"""The life of a problem as a table: from what recurs, by its cause, to what makes it stop."""

from __future__ import annotations

from django.db.models import TextChoices

from crossdesk.access.moves import Table, move


class State(TextChoices):
    OPEN = "open", "Open"
    ANALYSING = "analysing", "Analysing"
    KNOWN_ERROR = "known_error", "Known error"
    FIX_AWAITED = "fix_awaited", "Fix awaited"
    FIXED = "fixed", "Fixed"
    CLOSED = "closed", "Closed"
    REJECTED = "rejected", "Rejected"


S = State
WORKED_ON = frozenset({S.OPEN, S.ANALYSING, S.KNOWN_ERROR, S.FIX_AWAITED})
LIVE = WORKED_ON | {S.FIXED}
ANALYSED = frozenset({S.ANALYSING, S.KNOWN_ERROR, S.FIX_AWAITED})
MOVES = {
    "analyse": move({S.OPEN}, S.ANALYSING, "Its analysis began"),
    "know": move({S.ANALYSING}, S.KNOWN_ERROR, "Cause and workaround are known"),
    "await_fix": move({S.ANALYSING, S.KNOWN_ERROR}, S.FIX_AWAITED, "The fix is planned"),
    "fix": move({S.KNOWN_ERROR, S.FIX_AWAITED}, S.FIXED, "Fixed"),
    "close": move({S.FIXED}, S.CLOSED, "Closed"),
    "reject": move({S.OPEN, S.ANALYSING}, S.REJECTED, "Rejected"),
    "reopen": move({S.FIXED, S.CLOSED, S.REJECTED}, S.ANALYSING, "Reopened"),
    "describe": move(WORKED_ON, None, "Written anew"),
    "plan_fix": move({S.FIX_AWAITED}, None, "The plan of the fix was changed"),
    "involve": move(WORKED_ON, None, "A party was involved"),
    "take_off": move(LIVE, None, "A party was taken off"),
    "link_case": move(LIVE, None, "A case was linked"),
    "unlink_case": move(LIVE, None, "A case was taken off"),
    "ask_why": move(ANALYSED, None, "A why was answered"),
    "add_line": move(LIVE, None, "A line of the timeline was written"),
    "write_section": move(ANALYSED, None, "A section was written"),
    "name": move(ANALYSED, None, "A party said under which name others read it"),
    "sign": move(ANALYSED, None, "A section was signed"),
    "unsign": move(ANALYSED, None, "A signature was taken back"),
    "state_cause": move(ANALYSED, None, "A cause was stated"),
    "answer_cause": move(ANALYSED, None, "A cause was answered"),
    "withdraw_cause": move(ANALYSED, None, "A cause was withdrawn"),
    "give_action": move(LIVE, None, "An action was given"),
    "finish_action": move({*LIVE, S.CLOSED}, None, "An action was done"),
    "move_action": move(LIVE, None, "An action is due at another time"),
    "withdraw_action": move(LIVE, None, "An action was withdrawn"),
}
WORDS = {
    "analyse": "begin its analysis",
    "know": "record it as a known error",
    "await_fix": "plan its fix",
    "fix": "say that it is fixed",
    "close": "close it",
    "reject": "reject it",
    "reopen": "reopen it",
    "describe": "write it anew",
    "plan_fix": "change the plan of its fix",
    "involve": "involve a party",
    "take_off": "take a party off",
    "link_case": "link a case",
    "unlink_case": "take a case off",
    "ask_why": "answer a why",
    "add_line": "write a line of its timeline",
    "write_section": "write a section",
    "name": "say under which name a section is read",
    "sign": "sign a section",
    "unsign": "take a signature back",
    "state_cause": "state a cause",
    "answer_cause": "agree with a cause or dispute it",
    "withdraw_cause": "withdraw a cause",
    "give_action": "give an action",
    "finish_action": "finish an action",
    "move_action": "move an action",
    "withdraw_action": "withdraw an action",
}
TABLE = Table(MOVES, WORDS)
