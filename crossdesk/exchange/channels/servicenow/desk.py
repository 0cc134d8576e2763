"""The far desk's instance as a leg uses it: raise once, change, comment, attach, and read what they did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk.exchange.channels.servicenow import records
from crossdesk.exchange.channels.servicenow.api import Api
from crossdesk.exchange.channels.servicenow.marks import mark_in, mark_of, signed
from crossdesk.exchange.channels.servicenow.records import Entry, File, Record
from crossdesk.exchange.channels.servicenow.trouble import Trouble

LONGEST_TITLE, LONGEST_TEXT = 160, 4000
MANY = 1000
AT_ONCE = 60


@dataclass(frozen=True)
class Raised:
    record: Record
    found: bool
    """It was there already: an earlier attempt had landed."""
    twins: int = 0
    """Further records with the same correlation id, which their side has to look at."""


@dataclass(frozen=True)
class ToAttach:
    name: str
    content_type: str
    content: bytes


class Desk:
    def __init__(self, api: Api) -> None:
        self.api, self.tenant = api, api.tenant
        self.asked = ",".join((*records.RECORD, *api.tenant.read))
        self.table = f"/api/now/table/{api.tenant.table}"

    def find(self, correlation_id: str) -> Raised | None:
        """The oldest record with our key."""
        query = f"correlation_id={plain(correlation_id)}^correlation_display={plain(self.tenant.display)}"
        found = self.api.get(
            self.table, sysparm_query=f"{query}^ORDERBYsys_created_on", sysparm_fields=self.asked, sysparm_limit=10
        )
        # An invalid part of a query is ignored, and then everything would be ours: check what came back.
        rows = [each for each in map(records.record, _list(found.result)) if each.correlation_id == correlation_id]
        return Raised(rows[0], True, len(rows) - 1) if rows else None

    def read(self, sys_id: str) -> Record:
        return records.record(self.api.get(f"{self.table}/{_hex(sys_id)}", sysparm_fields=self.asked).result)

    def raise_once(self, correlation_id: str, fields: Mapping[str, str]) -> Raised:
        """Looks first, raises, and looks again where nobody can tell whether it landed."""
        if before := self.find(correlation_id):
            return before
        said = {**self.tenant.always, **fields}
        said |= {"correlation_id": correlation_id, "correlation_display": self.tenant.display}
        if self.tenant.caller:
            said["caller_id"] = self.tenant.caller
        try:
            return self._imported(correlation_id, said) if self.tenant.staging else self._posted(said)
        except Trouble as trouble:
            if trouble.landed and (after := self.find(correlation_id)):
                return after
            raise self._told_apart(trouble) from trouble

    def _posted(self, said: Mapping[str, str]) -> Raised:
        answer = self.api.call("POST", self.table, json=said, params={"sysparm_fields": self.asked})
        return Raised(records.record(answer.result), found=False)

    def _imported(self, correlation_id: str, said: Mapping[str, str]) -> Raised:
        rows = self._staged(said)
        # The row arrived whatever became of it: only the transform's own status says that there is a record.
        if failed := next((each for each in rows if each.get("status") == "error"), None):
            because = str(failed.get("error_message") or failed.get("status_message") or "no reason given")
            raise Trouble(f"Their import refuses it: {because[:300]}", forever=True)
        found = self.find(correlation_id)
        if found is None:
            raise Trouble(f"Their import took it and made no record with {correlation_id}.", landed=True)
        return Raised(found.record, all(each.get("status") != "inserted" for each in rows), found.twins)

    def _staged(self, said: Mapping[str, str]) -> list[Mapping[str, object]]:
        named = {self.tenant.columns.get(name, name): value for name, value in said.items()}
        answer = self.api.call("POST", f"/api/now/import/{self.tenant.staging}", json=named)
        return [each for each in _list(answer.result) if isinstance(each, Mapping)]

    def change(self, sys_id: str, fields: Mapping[str, str]) -> Record:
        """Values that are there already change nothing, so doing it twice does it once."""
        try:
            path = f"{self.table}/{_hex(sys_id)}"
            answer = self.api.call("PATCH", path, json=fields, params={"sysparm_fields": self.asked})
        except Trouble as trouble:
            raise self._told_apart(trouble) from trouble
        return records.record(answer.result)

    def say(self, sys_id: str, message_id: str, words: str, fields: Mapping[str, str]) -> Record:
        """A comment of ours, with a change of state where there is one, in one request."""
        return self.change(sys_id, {**fields, "comments": signed(words, message_id)})

    def said(self, sys_id: str, message_id: str) -> bool:
        mark = mark_of(message_id)
        return any(mark_in(each.words) == mark for each in self.entries([sys_id]))

    def entries(self, sys_ids: Iterable[str]) -> list[Entry]:
        """Comments, oldest first. Work notes are not asked for, and dropped should they come."""
        found: list[Entry] = []
        for chosen in some(list(sys_ids)):
            query = f"name={self.tenant.table}^element=comments^element_idIN{','.join(chosen)}^ORDERBYsys_created_on"
            for row in self.rows("/api/now/table/sys_journal_field", query, ",".join(records.ENTRY)):
                entry = records.entry(row)
                if entry and entry.record in chosen:
                    found.append(entry)
        return found

    def attach(self, sys_id: str, files: Iterable[ToAttach]) -> list[str]:
        """One by one; answers a sentence for each that was left out. What is there already is not sent again."""
        given, left = list(files), list[str]()
        there = {(each.name, each.size) for each in self.files(sys_id)} if given else set()
        for number, file in enumerate(given, 1):
            if because := self._why_not(file, number):
                left.append(because)
            elif (file.name[:100], len(file.content)) not in there:
                left += self._attached(sys_id, file)
        return left

    def _why_not(self, file: ToAttach, number: int) -> str | None:
        extension = file.name.rpartition(".")[2].lower()
        if not self.tenant.attach:
            return f"{file.name} was not sent: files are not part of the agreement."
        if number > self.tenant.most_files:
            return f"{file.name} was not sent: the agreement allows {self.tenant.most_files} files."
        if len(file.content) > self.tenant.largest_file:
            return f"{file.name} was not sent: it is larger than the {self.tenant.largest_file} bytes agreed."
        if self.tenant.extensions and extension not in self.tenant.extensions:
            return f"{file.name} was not sent: files of that kind are not part of the agreement."
        return None

    def _attached(self, sys_id: str, file: ToAttach) -> list[str]:
        asked = {"table_name": self.tenant.table, "table_sys_id": _hex(sys_id), "file_name": file.name[:100]}
        kind = file.content_type or "application/octet-stream"
        try:
            self.api.call("POST", "/api/now/attachment/file", params=asked, content=file.content, content_type=kind)
        except Trouble as trouble:
            apart = self._told_apart(trouble)
            if apart.forever:
                return [f"{file.name} was not taken: {apart.because}"]
            raise apart from trouble
        return []

    def files(self, sys_id: str) -> list[File]:
        query = f"table_name={self.tenant.table}^table_sys_id={_hex(sys_id)}"
        answer = self.api.get("/api/now/attachment", sysparm_query=query, sysparm_limit=MANY)
        return [records.file(each) for each in _list(answer.result)]

    def files_since(self, sys_ids: Sequence[str], since: datetime) -> list[File]:
        """On any of these records, oldest first."""
        found: list[File] = []
        for chosen in some(sys_ids):
            query = f"table_name={self.tenant.table}^table_sys_idIN{','.join(chosen)}"
            query += f"^sys_created_on>={records.written(since)}^ORDERBYsys_created_on"
            answer = self.api.get("/api/now/attachment", sysparm_query=query, sysparm_limit=MANY)
            found += [each for each in map(records.file, _list(answer.result)) if each.record in chosen]
        return found

    def content(self, file: File) -> bytes:
        return self.api.content(f"/api/now/attachment/{_hex(file.sys_id)}/file", self.tenant.largest_file)

    def rows(self, path: str, query: str, fields: str, page: int = 200) -> Iterable[object]:
        """Every row we may read. The limit is applied before their access controls: a short or even an empty page is
        not the end, only the total is."""
        offset = 0
        while True:
            answer = self.api.get(
                path, sysparm_query=query, sysparm_fields=fields, sysparm_limit=page, sysparm_offset=offset
            )
            rows = _list(answer.result)
            yield from rows
            offset += page
            total = answer.total()
            if offset >= total if total is not None else not rows:
                return

    def _told_apart(self, trouble: Trouble) -> Trouble:
        """403 also says that a rule or policy of theirs refuses this one change. Our account is well if it still
        reads, and then it is this change that a person has to look at."""
        if not trouble.credential:
            return trouble
        try:
            self.api.get(self.table, sysparm_limit=1, sysparm_fields="sys_id")
        except Trouble as refused:
            return refused if not refused.credential else trouble
        because = trouble.because.replace("refuses our account", "refuses this change")
        return Trouble(because, forever=True)


def some(sys_ids: Sequence[str]) -> Iterator[list[str]]:
    """So many as a URL holds."""
    for at in range(0, len(sys_ids), AT_ONCE):
        yield [_hex(each) for each in sys_ids[at : at + AT_ONCE]]


def _list(result: object) -> list[object]:
    if not isinstance(result, list):
        raise Trouble("The instance answered with something else than a list.")
    return result


def _hex(sys_id: str) -> str:
    if len(sys_id) != 32 or not all(each in "0123456789abcdef" for each in sys_id):
        raise Trouble(f"“{sys_id[:40]}” is no sys_id.", forever=True)
    return sys_id


def plain(value: str) -> str:
    """A circumflex begins another condition in an encoded query."""
    if "^" in value or "\n" in value:
        raise Trouble("Our key has a sign that an encoded query cannot hold.", forever=True)
    return value
