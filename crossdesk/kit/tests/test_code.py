from __future__ import annotations

import gc

import pytest

from crossdesk.kit import code


def test_garbage_is_looked_for_again_afterwards_even_when_reading_failed() -> None:
    with pytest.raises(ImportError), code.reading():
        assert not gc.isenabled()
        raise ImportError
    assert gc.isenabled()
    assert gc.get_freeze_count()
    gc.unfreeze()
