"""Public words that look like one that nobody knows: of articles that everyone reads, and of the directory's names."""

from __future__ import annotations

from django.db import connection

ALIKE = """
(select word from knowledge_word where word %% %(word)s order by similarity(word, %(word)s) desc limit 12)
union
(select word from (
   select unnest(string_to_array(lower(name), ' ')) as word from parties_party where closed_at is null
   union select unnest(string_to_array(lower(name), ' ')) from desks_desk) named
 where similarity(word, %(word)s) > 0.3 order by similarity(word, %(word)s) desc limit 12)
"""


def alike(word: str) -> list[str]:
    """Itself among them where it stands in one of those."""
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"word": word})
        return [row[0] for row in cursor.fetchall()]
