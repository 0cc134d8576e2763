"""The words of articles that everyone reads, counted: what spelling help may draw on, and never anybody's own text."""

from __future__ import annotations

from django.db import connection

from crossdesk.kit import terms
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.writing import Written

SHORTEST = 4


def sought(written: Written) -> str:
    """Every code it mentions, as a search writes them."""
    text = " ".join((*written.codes, written.title, written.summary, written.words))
    return " ".join(terms.codes(text))


def learn(article: Article) -> None:
    """Inside `verbs()`, with the article locked."""
    if article.everyone:
        _count(words_of(article), 1)


def forget(article: Article) -> None:
    if article.everyone:
        _count(words_of(article), -1)


def words_of(article: Article) -> list[str]:
    """In one order, so that two who publish at once never wait for each other's words crosswise."""
    every = terms.words(f"{article.title} {article.summary} {article.words}")
    return sorted({each for each in every if SHORTEST <= len(each) <= terms.LONGEST_WORD and each.isalpha()})


def _count(words: list[str], by: int) -> None:
    with connection.cursor() as cursor:
        if by > 0:
            cursor.execute(
                "insert into knowledge_word (word, articles) select each, 1 from unnest(%s::text[]) each order by each"
                " on conflict (word) do update set articles = knowledge_word.articles + 1",
                [words],
            )
        else:
            cursor.execute(
                "with held as (select word from knowledge_word where word = any (%s::text[]) order by word for update)"
                " update knowledge_word w set articles = w.articles - 1 from held where held.word = w.word",
                [words],
            )
            cursor.execute("delete from knowledge_word where word = any (%s::text[]) and articles <= 0", [words])
