"""Figures for the operator's monitoring: counts and ages only, no party, no person, nothing of a case."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator, Mapping

import prometheus_client
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from prometheus_client import CollectorRegistry, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric

from crossdesk.threads.viewer import verbs

TOLD_BY_THE_DATABASE = {
    "crossdesk_outbox_letters": (
        "Letters that wait to leave, by state.",
        "select state, count(*) from exchange_outboxitem where state in ('waiting', 'failed', 'dead') group by state",
    ),
    "crossdesk_outbox_oldest_due_seconds": (
        "How long the oldest letter that could leave has been due.",
        "select '', coalesce(extract(epoch from greatest(max(now() - next_try_at), interval '0')), 0)"
        " from exchange_outboxitem where state in ('waiting', 'failed') and next_try_at <= now()",
    ),
    "crossdesk_letters_for_people": (
        "Letters that arrived and wait for a person, or to be read.",
        "select fate, count(*) from exchange_rawmail where fate in ('waiting', 'unmatched', 'quarantined')"
        " group by fate",
    ),
    "crossdesk_jobs": (
        "Jobs that are not finished, by state.",
        "select status::text, count(*) from procrastinate_jobs where status in ('todo', 'doing', 'failed')"
        " group by status",
    ),
    "crossdesk_database_connections": (
        "Connections to this database, by what they do, and how many the server takes.",
        "select coalesce(state, 'starting'), count(*) from pg_stat_activity where datname = current_database()"
        " group by 1 union all select 'most', current_setting('max_connections')::int",
    ),
}


class Database:
    """Asked when somebody asks us: nothing is counted in between."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("crossdesk_database_up", "Whether the database answers.")
        try:
            close_old_connections()
            yield from self._asked()
            up.add_metric([], 1)
        except DatabaseError:
            up.add_metric([], 0)
        finally:
            connection.close()
        yield up

    @staticmethod
    def _asked() -> list[GaugeMetricFamily]:
        told = []
        with verbs(), connection.cursor() as cursor:
            for name, (words, question) in TOLD_BY_THE_DATABASE.items():
                family = GaugeMetricFamily(name, words, labels=["state"])
                cursor.execute(question)
                for state, number in cursor.fetchall():
                    family.add_metric([state], float(number))
                told.append(family)
        return told


class Here:
    """What this process counted itself."""

    def collect(self) -> Iterator[Metric]:
        yield from prometheus_client.REGISTRY.collect()


def whole() -> CollectorRegistry:
    """Of all processes of one server together, where there are several."""
    every = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.MultiProcessCollector(every)  # type: ignore[no-untyped-call]
    else:
        every.register(Here())
    every.register(Database())
    return every


def written() -> bytes:
    return prometheus_client.generate_latest(whole())


def may_read(headers: Mapping[str, str], client: str) -> bool:
    """With a token set, whoever has it; without one, only this machine, and nobody who came through a proxy."""
    if token := settings.FIGURES_TOKEN:
        return hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    return client in ("127.0.0.1", "::1") and not ({"forwarded", "x-forwarded-for", "x-real-ip"} & set(headers))
