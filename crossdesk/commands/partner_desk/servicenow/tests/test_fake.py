"""The fake behaves as ServiceNow's public documentation says. Each story names its page there (docs: the
repository ServiceNow/ServiceNowDocs; KB: support.servicenow.com), or says that only the field reports it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from crossdesk.commands.partner_desk.servicenow.app import application
from crossdesk.commands.partner_desk.servicenow.instance import Client, Import, Instance, User
from crossdesk.commands.partner_desk.servicenow.person import Person
from crossdesk.commands.partner_desk.serving import served

NOON = datetime(2026, 11, 29, 12, 0, 0, tzinfo=UTC)
INCIDENT = "/api/now/table/incident"


class Now:
    at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def clock() -> Now:
    return Now()


@pytest.fixture(scope="module")
def instance(clock: Now) -> Instance:
    made = Instance(clock=clock)
    for user in (
        User("crossdesk", "s3cret", sees="short_descriptionNOT LIKEconfidential"),
        User("ada", "ada"),
        User("root", "root", ("itil", "admin")),
        User("hasty", "hasty"),
        User("caller", "caller", ()),
    ):
        made.add_user(user)
    made.clients["c1"] = Client("c1", "c1-secret", "crossdesk")
    made.imports["u_imp_cases"] = Import(
        "Cases", {"u_key": "correlation_id", "u_title": "short_description", "u_words": "comments", "u_state": "state"}
    )
    return made


@pytest.fixture(scope="module")
def address(instance: Instance) -> Iterator[str]:
    with served(application(instance)) as address:
        yield address


@pytest.fixture
def web(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, auth=("crossdesk", "s3cret")) as client:
        yield client


def create(web: httpx.Client, **said: Any) -> dict[str, Any]:
    answer = web.post(INCIDENT, json=said)
    assert answer.status_code == 201
    return dict(answer.json()["result"])


def error(answer: httpx.Response) -> tuple[int, str, str | None]:
    body = answer.json()
    assert body["status"] == "failure"
    return answer.status_code, body["error"]["message"], body["error"]["detail"]


def test_a_record_is_created_with_its_number_its_link_and_the_defaults_of_the_table(web: httpx.Client) -> None:
    """rest-apis/c_TableAPI: POST inserts one record, answers 201 with the record."""
    answer = web.post(INCIDENT, json={"short_description": "No IF-021 since noon", "impact": "1", "urgency": "1"})
    record = answer.json()["result"]
    assert answer.headers["Location"].endswith(f"{INCIDENT}/{record['sys_id']}")
    assert (record["number"][:3], record["state"], record["sys_mod_count"]) == ("INC", "1", "0")
    assert record["opened_by"]["link"].endswith(f"/sys_user/{record['opened_by']['value']}")


def test_priority_is_looked_up_from_impact_and_urgency_and_never_taken(web: httpx.Client) -> None:
    """KB1487396, priority lookup rules of the base system: 2 and 3 make 4."""
    assert create(web, impact="2", urgency="3", priority="1")["priority"] == "4"
    assert create(web, impact="1", urgency="1")["priority"] == "1"


def test_unknown_columns_are_ignored_and_long_texts_cut_and_choices_taken_as_they_come(web: httpx.Client) -> None:
    """KB0534905: the REST API inserts values as given. That texts are cut at the column's length: the field."""
    record = create(web, short_description="x" * 200, nonsense="y", state="99")
    assert len(record["short_description"]) == 160
    assert "nonsense" not in record
    assert record["state"] == "99"


def test_with_input_display_value_a_label_stands_for_its_value(web: httpx.Client) -> None:
    """rest-apis/c_TableAPI, sysparm_input_display_value."""
    answer = web.post(f"{INCIDENT}?sysparm_input_display_value=true", json={"state": "In Progress", "caller_id": "Ada"})
    record = answer.json()["result"]
    assert record["state"] == "2"
    assert record["caller_id"]["value"]


def test_display_values_come_alone_or_beside_the_values(web: httpx.Client) -> None:
    """rest-apis/c_TableAPI, sysparm_display_value, sysparm_fields, sysparm_exclude_reference_link."""
    path = f"{INCIDENT}/{create(web)['sys_id']}"
    assert web.get(path, params={"sysparm_display_value": "true", "sysparm_fields": "state,nonsense"}).json() == {
        "result": {"state": "New"}
    }
    both = web.get(path, params={"sysparm_display_value": "all", "sysparm_fields": "state"}).json()
    assert both == {"result": {"state": {"display_value": "New", "value": "1"}}}
    plain = web.get(path, params={"sysparm_exclude_reference_link": "true"}).json()["result"]
    assert isinstance(plain["opened_by"], str)


def test_an_encoded_query_finds_orders_and_ignores_what_is_invalid(web: httpx.Client, instance: Instance) -> None:
    """rest-apis/c_TableAPI, sysparm_query; glide.invalid_query.returns_no_rows turns the last round."""
    for key in ("q1", "q2", "q3"):
        create(web, correlation_id=key, category="query")

    def keys(query: str) -> list[str]:
        found = web.get(INCIDENT, params={"sysparm_query": query, "sysparm_fields": "correlation_id"}).json()["result"]
        return [each["correlation_id"] for each in found]

    assert keys("category=query^correlation_idINq1,q3^ORDERBYDESCcorrelation_id") == ["q3", "q1"]
    assert keys("correlation_id=q1^ORcorrelation_id=q2^category=query") == ["q1", "q2"]
    assert keys("correlation_id=q1^NQcorrelation_id=q2") == ["q1", "q2"]
    assert keys("category=query^nonsense=1^sys_updated_on>=2026-11-29 12:00:00") == ["q1", "q2", "q3"]
    instance.settings.invalid_query_returns_no_rows = True
    assert keys("category=query^nonsense=1") == []
    instance.settings.invalid_query_returns_no_rows = False


def test_the_limit_is_applied_before_the_access_controls(web: httpx.Client) -> None:
    """rest-apis/c_TableAPI, sysparm_limit; KB3047115: a page may be short with more behind it."""
    for title in ("a", "confidential", "confidential too", "b"):
        create(web, category="acl", short_description=title)
    asked = {"sysparm_query": "category=acl^ORDERBYnumber", "sysparm_limit": "2", "sysparm_fields": "short_description"}
    first = web.get(INCIDENT, params=asked)
    assert first.json() == {"result": [{"short_description": "a"}]}
    assert first.headers["X-Total-Count"] == "4"
    assert "sysparm_offset=2" in first.headers["Link"]
    assert 'rel="next"' in first.headers["Link"]
    second = web.get(INCIDENT, params=asked | {"sysparm_offset": "2"})
    assert second.json() == {"result": [{"short_description": "b"}]}
    assert 'rel="next"' not in second.headers["Link"]


def test_journals_are_written_as_fields_and_read_from_their_own_table(web: httpx.Client) -> None:
    """web-services/retrieving-journal-entries: by element and element_id in sys_journal_field."""
    record = create(web, comments="For you", work_notes="For us")
    assert record["comments"] == record["work_notes"] == ""
    asked = {"sysparm_query": f"element_id={record['sys_id']}^element=comments", "sysparm_fields": "value,name"}
    assert web.get("/api/now/table/sys_journal_field", params=asked).json() == {
        "result": [{"value": "For you", "name": "incident"}]
    }


def test_a_change_counts_and_the_same_values_again_do_not(web: httpx.Client, clock: Now) -> None:
    """sys_mod_count and sys_updated_on as every table has them; that nothing is written without change, the field."""
    path = f"{INCIDENT}/{create(web)['sys_id']}"
    clock.at += timedelta(seconds=5)
    once = web.patch(path, json={"state": "2"}).json()["result"]
    clock.at += timedelta(seconds=5)
    again = web.patch(path, json={"state": "2"}).json()["result"]
    assert once["sys_mod_count"] == again["sys_mod_count"] == "1"
    assert once["sys_updated_on"] == again["sys_updated_on"] == "2026-11-29 12:00:05"


def test_resolving_needs_a_code_and_notes(web: httpx.Client) -> None:
    """KB1479016: 403 also for data policies; state model of the base system: 6 with close_code and close_notes."""
    path = f"{INCIDENT}/{create(web)['sys_id']}"
    status, message, detail = error(web.patch(path, json={"state": "6"}))
    assert (status, message) == (403, "Operation Failed")
    assert detail
    assert "Resolution code, Resolution notes" in detail
    done = web.patch(path, json={"state": "6", "close_code": "Solution provided", "close_notes": "Restarted"}).json()
    assert done["result"]["resolved_at"]
    reopened = web.patch(path, json={"state": "2"}).json()["result"]
    assert (reopened["reopen_count"], reopened["resolved_at"]) == ("1", "")


def test_on_hold_needs_a_reason_and_awaiting_caller_a_comment_which_the_caller_ends(
    web: httpx.Client, address: str, instance: Instance
) -> None:
    """incident-management/c_IncidentManagementStateModel: the comment is mandatory; when the caller updates, the
    reason is cleared and the state changes to In Progress."""
    us = instance.users["crossdesk"].sys_id
    record = create(web, caller_id=us)
    path = f"{INCIDENT}/{record['sys_id']}"
    assert error(web.patch(path, json={"state": "3"}))[0] == 403
    assert error(web.patch(path, json={"state": "3", "hold_reason": "1"}))[0] == 403
    Person(instance, instance.users["ada"]).ask_the_caller(record["number"], "Which MPANs?")
    answered = web.patch(path, json={"comments": "These"}).json()["result"]
    assert (answered["state"], answered["hold_reason"]) == ("2", "")


def test_what_is_over_can_be_changed_by_an_administrator_only(web: httpx.Client, address: str) -> None:
    """KB1479016: 403 for ACL failures. That a closed incident is read-only to itil is the base system's ACL."""
    path = f"{INCIDENT}/{create(web)['sys_id']}"
    web.patch(path, json={"state": "8"})
    assert error(web.patch(path, json={"comments": "Too late"}))[0] == 403
    assert httpx.patch(f"{address}{path}", json={"state": "2"}, auth=("root", "root")).status_code == 200
    assert error(web.delete(path))[0] == 403
    assert httpx.delete(f"{address}{path}", auth=("root", "root")).status_code == 204


def test_errors_say_message_and_detail(web: httpx.Client, address: str) -> None:
    """KB1479016 and rest-apis/c_AttachmentAPI: the body of a failure; 401, 403, 404, 400, 415."""
    answer = httpx.get(f"{address}{INCIDENT}", auth=("crossdesk", "wrong"))
    assert error(answer) == (401, "User Not Authenticated", "Required to provide Auth information")
    assert answer.headers["WWW-Authenticate"].startswith("BASIC")
    assert error(web.get(f"{INCIDENT}/{'0' * 32}"))[:2] == (404, "No Record found")
    assert error(web.get("/api/now/table/nonsense")) == (400, "Invalid table nonsense", None)
    assert error(web.post("/api/now/table/sys_user", json={}))[0] == 403
    assert error(httpx.post(f"{address}{INCIDENT}", json={}, auth=("caller", "caller")))[0] == 403
    assert error(web.post(INCIDENT, content=b"{", headers={"Content-Type": "application/json"}))[0] == 400
    assert error(web.post(INCIDENT, content=b"a=b", headers={"Content-Type": "text/plain"}))[0] == 415
    assert error(web.get(INCIDENT, params={"sysparm_offset": "-1"}))[0] == 400


def test_version_1_answers_404_where_later_ones_answer_an_empty_list(web: httpx.Client) -> None:
    """rest-apis/c_TableAPI, api_version."""
    nothing = {"sysparm_query": "correlation_id=nobody"}
    assert web.get("/api/now/v1/table/incident", params=nothing).status_code == 404
    assert web.get("/api/now/v2/table/incident", params=nothing).json() == {"result": []}


def test_an_import_inserts_updates_ignores_and_fails_by_its_coalesce(web: httpx.Client) -> None:
    """rest-apis/c_ImportSetAPI: synchronous, 201, the transform's result; the community's warning that a failed
    transform answers 201 all the same."""

    def load(**said: Any) -> dict[str, Any]:
        answer = web.post("/api/now/import/u_imp_cases", json=said)
        assert answer.status_code == 201
        body = answer.json()
        assert (body["staging_table"], body["import_set"][:4]) == ("u_imp_cases", "ISET")
        return dict(body["result"][0])

    first = load(u_key="i1", u_title="One")
    assert (first["status"], first["table"], first["display_name"]) == ("inserted", "incident", "number")
    assert load(u_key="i1", u_title="Two")["status"] == "updated"
    again = load(u_key="i1", u_title="Two")
    assert (again["status"], again["sys_id"]) == ("ignored", first["sys_id"])
    assert load(u_key="i1", u_state="6")["status"] == "error"
    assert load(u_title="No key")["status"] == "error"
    assert load(u_key="i2", u_title={"a": "b"})["status"] == "inserted"
    found = web.get(INCIDENT, params={"sysparm_query": "correlation_id=i2", "sysparm_fields": "short_description"})
    assert found.json() == {"result": [{"short_description": "{a=b}"}]}


def test_attachments_go_one_at_a_time_within_what_is_allowed(web: httpx.Client, instance: Instance) -> None:
    """rest-apis/c_AttachmentAPI: POST /attachment/file, 201 with Location, 400 without parameters, 404 without record;
    com.glide.attachment.max_size and glide.attachment.extensions."""
    sys_id = create(web)["sys_id"]
    asked = {"table_name": "incident", "table_sys_id": sys_id, "file_name": "log.txt"}
    headers = {"Content-Type": "text/plain"}
    answer = web.post("/api/now/attachment/file", params=asked, content=b"12:00 timeout", headers=headers)
    told = answer.json()["result"]
    assert answer.status_code == 201
    assert (told["file_name"], told["size_bytes"]) == ("log.txt", "13")
    assert web.get(httpx.URL(told["download_link"]).path).content == b"12:00 timeout"
    listed = web.get("/api/now/attachment", params={"sysparm_query": f"table_sys_id={sys_id}"}).json()["result"]
    assert [each["sys_id"] for each in listed] == [told["sys_id"]]
    wrong = web.post("/api/now/attachment/file", params={"file_name": "x"}, content=b"", headers=headers)
    assert error(wrong)[0] == 400
    nobody = web.post("/api/now/attachment/file", params=asked | {"table_sys_id": "0"}, content=b"", headers=headers)
    assert error(nobody)[0] == 404
    instance.settings.extensions, instance.settings.largest_attachment = ("txt",), 20
    program = web.post(
        "/api/now/attachment/file", params=asked | {"file_name": "a.exe"}, content=b"MZ", headers=headers
    )
    assert error(program)[0] == 403
    assert web.post("/api/now/attachment/file", params=asked, content=b"x" * 21, headers=headers).status_code == 413
    instance.settings.extensions, instance.settings.largest_attachment = (), 1024**3


def test_tokens_by_password_and_refreshed_and_not_by_client_credentials_until_switched_on(
    address: str, instance: Instance, clock: Now
) -> None:
    """authentication/r_OAuthAPIRequestParameters and …ResponseParameters: form only, scope useraccount, Bearer; half an
    hour. authentication/client-credentials: off by default."""
    client = {"client_id": "c1", "client_secret": "c1-secret"}

    def token(**said: str) -> httpx.Response:
        return httpx.post(f"{address}/oauth_token.do", data=client | said)

    granted = token(grant_type="password", username="crossdesk", password="s3cret").json()
    assert (granted["scope"], granted["token_type"], granted["expires_in"]) == ("useraccount", "Bearer", 1799)
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    assert httpx.get(f"{address}{INCIDENT}?sysparm_limit=1", headers=bearer).status_code == 200
    assert token(grant_type="refresh_token", refresh_token=granted["refresh_token"]).json()["access_token"]
    clock.at += timedelta(minutes=30)
    assert httpx.get(f"{address}{INCIDENT}", headers=bearer).status_code == 401
    refused = token(grant_type="client_credentials")
    assert (refused.status_code, refused.json()["error_description"]) == (401, "access_denied")
    instance.settings.client_credentials = True
    assert "refresh_token" not in token(grant_type="client_credentials").json()
    instance.settings.client_credentials = False
    assert httpx.post(f"{address}/oauth_token.do", json=client).status_code == 401


def test_a_rate_limit_rule_tells_its_numbers_and_then_refuses(address: str, instance: Instance, clock: Now) -> None:
    """rest-api-explorer/inbound-REST-API-rate-limiting: headers on every answer, then 429 with Retry-After."""
    instance.settings.requests_per_hour["hasty"] = 2
    clock.at = NOON + timedelta(hours=2, minutes=45)
    for _ in range(2):
        fine = httpx.get(f"{address}{INCIDENT}?sysparm_limit=1", auth=("hasty", "hasty"))
        assert fine.headers["X-RateLimit-Limit"] == "2"
        assert int(fine.headers["X-RateLimit-Reset"]) == (NOON + timedelta(hours=3)).timestamp()
    refused = httpx.get(f"{address}{INCIDENT}", auth=("hasty", "hasty"))
    assert error(refused) == (
        429,
        "Rate limit exceeded",
        "Rate limit of 2 requests per hour for Table API exceeded",
    )
    assert refused.headers["Retry-After"] == "900"
