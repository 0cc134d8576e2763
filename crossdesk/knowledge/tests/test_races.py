"""Two who publish at once, on real connections: one draft becomes one version, and shared words are counted once."""

from __future__ import annotations

import pytest

from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.cases.tests.test_races import at_once
from crossdesk.knowledge import publishing, writing
from crossdesk.knowledge.models import Article, Version, Word
from crossdesk.knowledge.tests.test_articles import EVERYONE, NEXT_YEAR
from crossdesk.knowledge.writing import Written
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")


def test_a_draft_is_published_once_and_words_are_counted_once_for_each_article() -> None:
    here = cast()
    words = ("zinc cadmium cobalt", "cobalt zinc cadmium")
    begun = [writing.begin(Written("Metal", words=each), here.elexon_desk, by=here.nia, at=NOON) for each in words]
    with verbs():
        copies = [Article.objects.get(pk=each.pk) for each in begun for _ in range(2)]
    told = at_once(
        *[
            lambda each=each: publishing.publish(each, EVERYONE, NEXT_YEAR, by=here.nia, at=NOON, edition=1)
            for each in copies
        ]
    )
    assert told.count("done") == 2
    assert all("changed since you read it" in sentence for sentence in told if sentence != "done")
    with verbs():
        assert Version.objects.count() == 2
        assert dict(Word.objects.values_list("word", "articles")) == dict.fromkeys(
            ("metal", "zinc", "cadmium", "cobalt"), 2
        )
