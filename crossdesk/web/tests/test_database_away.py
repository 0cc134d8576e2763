"""PostgreSQL is killed in the middle of a request: no word is lost, nothing is half done, all comes back by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from crossdesk.kit.tests.waiting import until
from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.tests.folders import passable
from crossdesk.postgres.tests.processes import wait_for
from crossdesk.web.tests.browsing import context_of, objections, shot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every page")]
STORY = """
import django, json; django.setup()
from django.db import connection
from crossdesk.project.schema import prepare; prepare()
from crossdesk.cases.tests.cast import cast
from crossdesk.web.tests.browsing import session_of
people = cast(); case = people.case()
print(json.dumps({"case": case.reference, **{who: session_of(who + "@" + where + ".example")
      for who, where in (("priya", "sycamore"), ("nia", "elexon"))}}))
"""


@dataclass
class House:
    cluster: Cluster
    address: str
    known: dict[str, str]

    def page(self, browser: Browser, who: str) -> Page:
        return context_of(browser, self.address, self.known[who]).new_page()

    def count(self, question: str) -> int:
        with psycopg.connect(self.cluster.url("postgres", "crossdesk")) as connection:
            row = connection.execute(question.encode()).fetchone()
        assert row
        return int(row[0])

    @contextmanager
    def killed_while_waiting_for(self, table: str) -> Iterator[None]:
        """What is sent inside stands still at this table, in the middle of its transaction, when the server dies."""
        # Dies with the server, so leaving it says so.
        with suppress(psycopg.OperationalError), psycopg.connect(self.cluster.url("postgres", "crossdesk")) as holds:
            holds.execute(f"lock table {table} in access exclusive mode".encode())
            yield
            stands = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            until(lambda: self.count(stands) > 0, "what is sent to stand at the table")
            self.kill()
        self.await_return()

    def kill(self) -> None:
        killed = self.cluster.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        until(lambda: self.cluster.pid != killed, "the server to be started again")

    def await_return(self) -> None:
        def answers() -> bool:
            with suppress(psycopg.OperationalError):
                return self.count("select 1") == 1
            return False

        until(answers, "the server to answer")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server of its own to kill, and the product on it in processes of their own."""
    folder = passable(tmp_path_factory.mktemp("away"))
    cluster = Cluster(folder / "postgres", throwaway=True)
    cluster.start()
    port = 18000 + os.getpid() % 10000
    address = f"http://127.0.0.1:{port}"
    environment = (
        os.environ | cluster.environment | {"CROSSDESK_STATE": str(folder / "state"), "CROSSDESK_URL": address}
    )
    told = subprocess.run([sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, check=True)
    with (folder / "log").open("wb") as log:
        children = [
            subprocess.Popen([sys.executable, "-m", "crossdesk", *command], env=environment, stdout=log, stderr=log)
            for command in (("serve", "--port", str(port)), ("worker",))
        ]
        try:
            wait_for(f"{address}/readyz", children[0])
            yield House(cluster, address, json.loads(told.stdout.splitlines()[-1]))
        except BaseException:
            print((folder / "log").read_text()[-4000:])
            raise
        finally:
            for child in children:
                child.terminate()
                child.wait(20)
            cluster.stop()


def test_words_sent_into_a_restart_are_kept_and_go_through_the_second_time(house: House, chromium: Browser) -> None:
    page = house.page(chromium, "priya")
    page.goto(f"{house.address}/cases/{house.known['case']}/")
    page.locator("#words").fill("Missing since the <b>overnight</b> load.\nForty customers cannot switch.")
    before = house.count("select count(*) from threads_entry where kind = 'case.write'")
    with house.killed_while_waiting_for("threads_entry"):
        press(page, "[data-composer] .btn-primary")
    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Missing since the <b>overnight</b> load.")
    shot(page, "database-away")
    assert objections(page) == []
    assert house.count("select count(*) from threads_entry where kind = 'case.write'") == before
    with page.expect_navigation() as sent:
        page.get_by_role("button", name="Send it again").click()
    answer = sent.value
    assert answer is not None
    assert answer.status == 200
    expect(page.locator("#timeline")).to_contain_text("Missing since the <b>overnight</b> load.")
    assert house.count("select count(*) from threads_entry where kind = 'case.write'") == before + 1


def press(page: Page, button: str) -> None:
    """Without waiting for the answer: the server is killed before it comes."""
    page.locator(button).evaluate("button => setTimeout(() => button.click())")


def test_a_part_refused_in_place_keeps_the_page_and_the_stream_comes_back(house: House, chromium: Browser) -> None:
    page = house.page(chromium, "priya")
    page.goto(f"{house.address}/raise/?query_type=dip-message-failure")
    page.get_by_label("Summary").fill("Certificates refused at the DIP endpoint")
    with house.killed_while_waiting_for("desks_desk"):
        page.get_by_label("Impact on your customers or settlement").fill("Nothing is sent.")
        page.keyboard.press("Tab")
    expect(page.locator("#not-taken")).to_contain_text("The database is restarting")
    shot(page, "database-away-in-place")
    assert objections(page) == []
    expect(page.get_by_label("Summary")).to_have_value("Certificates refused at the DIP endpoint")
    expect(page.get_by_label("Impact on your customers or settlement")).to_have_value("Nothing is sent.")
    page.get_by_label("What do you think caused it?").fill("An expired certificate.")
    page.keyboard.press("Tab")
    expect(page.locator("#not-taken")).to_be_empty()


def test_the_stream_and_the_worker_come_back_by_themselves(house: House, chromium: Browser) -> None:
    reader = house.page(chromium, "nia")
    reader.goto(f"{house.address}/cases/{house.known['case']}/")
    expect(reader.locator("[data-live-words]").first).to_contain_text("Live")
    house.kill()
    house.await_return()
    listening = "select count(*) from pg_stat_activity where query ilike 'listen crossdesk%'"
    until(lambda: house.count(listening) > 0, "the pages to listen")
    writer = house.page(chromium, "priya")
    writer.goto(f"{house.address}/cases/{house.known['case']}/")
    writer.locator("#words").fill("Still missing at noon.")
    writer.locator("[data-composer] .btn-primary").click()
    expect(reader.locator("#timeline")).to_contain_text("Still missing at noon.")
    jobs = "select count(*) from procrastinate_jobs where task_name = 'mail.every_minute' and status = 'succeeded'"
    done = house.count(jobs)
    with psycopg.connect(house.cluster.app_url, autocommit=True) as connection:
        job = "row('default', 'mail.every_minute', 0, null, null, '{\"timestamp\": 0}', null)"
        deferring = f"select procrastinate_defer_jobs_v1(array[{job}::procrastinate_job_to_defer_v1])"
        connection.execute(deferring.encode())
    until(lambda: house.count(jobs) > done, "a job to be done")


def test_ready_is_told_apart_from_alive(house: House) -> None:
    for path in ("/healthz", "/readyz"):
        with urllib.request.urlopen(f"{house.address}{path}", timeout=10) as answer:
            assert answer.read() == b"ok\n"


def test_figures_are_told_to_this_machine_and_to_nobody_behind_a_proxy(house: House) -> None:
    with urllib.request.urlopen(f"{house.address}/metrics", timeout=10) as answer:
        told = answer.read().decode()
    for name in (
        "crossdesk_requests_total{",
        "crossdesk_request_seconds_bucket{",
        "crossdesk_streams ",
        "crossdesk_jobs ",
        'crossdesk_outbox_oldest_due_seconds{state=""}',
    ):
        assert name in told
    assert "crossdesk_database_up 1.0" in told
    for secret in ("Sycamore", "IF-036", house.known["case"], "priya"):
        assert secret not in told
    asked = urllib.request.Request(f"{house.address}/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(asked, timeout=10)


def test_the_log_is_json_without_a_word_of_a_case(house: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    log = Path(house.cluster.home).parent / "log"
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    raised = [line for line in lines if line.get("method") == "POST" and line.get("status") == 503]
    assert raised
    assert {"request_id", "person", "milliseconds"} <= set(raised[0])
    for word in ("overnight", "Certificates", "Priya", house.known["case"]):
        assert word not in log.read_text()
