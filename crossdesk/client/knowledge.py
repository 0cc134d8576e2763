"""What is known: articles, known errors and the market's own reference."""

from __future__ import annotations

from urllib.parse import quote

from crossdesk.client.shapes import Article, ArticleRow, Hit, KnownError, Reference
from crossdesk.client.wire import Wire, read


class Knowledge:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def search(self, words: str, at_most: int = 10) -> list[Hit]:
        """Best first. Slips of the hand are put right there."""
        told = self._wire.ask("POST", "knowledge/search", json={"words": words, "at_most": at_most}).json()
        return read(list[Hit], told["hits"])

    def articles(self, system: str = "", before: int = 0) -> list[ArticleRow]:
        told = self._wire.ask("GET", "knowledge/articles", params={"system": system, "before": before}).json()
        return read(list[ArticleRow], told["articles"])

    def article(self, reference: str) -> Article:
        return self._wire.get(Article, f"knowledge/articles/{quote(reference, safe='')}")

    def known_error(self, reference: str) -> KnownError:
        return self._wire.get(KnownError, f"knowledge/known-errors/{quote(reference, safe='')}")

    def reference(self, kind: str, key: str) -> Reference:
        """`kind` such as "interfaces", "events", "codes", "journal", "query_types", "systems" or "terms"."""
        return self._wire.get(Reference, f"knowledge/reference/{quote(kind, safe='')}/{quote(key, safe='')}")
