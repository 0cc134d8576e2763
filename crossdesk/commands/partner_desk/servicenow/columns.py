"""The columns of the tables we speak of, their choices and their lengths, as a fresh instance has them."""

from __future__ import annotations

from dataclasses import dataclass, field

STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}
HOLD_REASONS = {"": "", "1": "Awaiting Caller", "5": "Awaiting Change", "3": "Awaiting Problem", "4": "Awaiting Vendor"}
THREE = {"1": "1 - High", "2": "2 - Medium", "3": "3 - Low"}
PRIORITIES = {"1": "1 - Critical", "2": "2 - High", "3": "3 - Moderate", "4": "4 - Low", "5": "5 - Planning"}
CLOSE_CODES = (
    "Duplicate",
    "Known error",
    "No resolution provided",
    "Resolved by caller",
    "Resolved by change",
    "Resolved by problem",
    "Resolved by request",
    "Solution provided",
    "Workaround provided",
    "User error",
)
PRIORITY_OF = {
    ("1", "1"): "1",
    ("1", "2"): "2",
    ("1", "3"): "3",
    ("2", "1"): "2",
    ("2", "2"): "3",
    ("2", "3"): "4",
    ("3", "1"): "3",
    ("3", "2"): "4",
    ("3", "3"): "5",
}
"""By impact and urgency: the priority lookup rules of the base system."""


@dataclass(frozen=True)
class Column:
    kind: str = "string"
    label: str = ""
    length: int = 40
    choices: dict[str, str] = field(default_factory=dict)
    reference: str = ""


def _choice(label: str, choices: dict[str, str]) -> Column:
    return Column("integer", label, choices=choices)


SYSTEM = {
    "sys_id": Column("guid", length=32),
    "sys_created_on": Column("date"),
    "sys_created_by": Column(),
    "sys_updated_on": Column("date"),
    "sys_updated_by": Column(),
    "sys_mod_count": Column("integer"),
    "sys_class_name": Column(length=80),
}
INCIDENT = SYSTEM | {
    "number": Column(label="Number"),
    "short_description": Column(label="Short description", length=160),
    "description": Column(label="Description", length=4000),
    "state": _choice("State", STATES),
    "incident_state": _choice("Incident state", STATES),
    "hold_reason": _choice("On hold reason", HOLD_REASONS),
    "impact": _choice("Impact", THREE),
    "urgency": _choice("Urgency", THREE),
    "priority": _choice("Priority", PRIORITIES),
    "severity": _choice("Severity", THREE),
    "category": Column(label="Category"),
    "subcategory": Column(label="Subcategory"),
    "contact_type": Column(label="Channel"),
    "caller_id": Column("reference", "Caller", 32, reference="sys_user"),
    "opened_by": Column("reference", "Opened by", 32, reference="sys_user"),
    "resolved_by": Column("reference", "Resolved by", 32, reference="sys_user"),
    "assigned_to": Column("reference", "Assigned to", 32, reference="sys_user"),
    "assignment_group": Column("reference", "Assignment group", 32, reference="sys_user_group"),
    "company": Column("reference", "Company", 32, reference="core_company"),
    "correlation_id": Column(label="Correlation ID", length=100),
    "correlation_display": Column(label="Correlation display", length=100),
    "close_code": Column(label="Resolution code", choices={each: each for each in CLOSE_CODES}),
    "close_notes": Column(label="Resolution notes", length=4000),
    "opened_at": Column("date", "Opened"),
    "resolved_at": Column("date", "Resolved"),
    "closed_at": Column("date", "Closed"),
    "due_date": Column("date", "Due date"),
    "reopen_count": Column("integer", "Reopen count"),
    "active": Column("boolean", "Active"),
    "comments": Column("journal", "Additional comments", 4000),
    "work_notes": Column("journal", "Work notes", 4000),
    "comments_and_work_notes": Column("journal_list", "Comments and Work notes"),
}
JOURNAL = SYSTEM | {
    "name": Column(length=80),
    "element": Column(length=80),
    "element_id": Column("guid", length=32),
    "value": Column(length=4000),
}
ATTACHMENT = SYSTEM | {
    "file_name": Column(length=100),
    "content_type": Column(length=100),
    "size_bytes": Column("integer"),
    "table_name": Column(length=80),
    "table_sys_id": Column(length=100),
}
USER = SYSTEM | {"user_name": Column(), "name": Column(length=151), "email": Column(length=100)}
GROUP = SYSTEM | {"name": Column(length=80)}

TABLES = {
    "incident": INCIDENT,
    "sys_journal_field": JOURNAL,
    "sys_attachment": ATTACHMENT,
    "sys_user": USER,
    "sys_user_group": GROUP,
    "core_company": GROUP,
}
NAMED_BY = {"sys_user": "name", "sys_user_group": "name", "core_company": "name", "incident": "number"}
"""What stands for a record where another refers to it: the column whose Display is true."""
JOURNALS = ("comments", "work_notes")
