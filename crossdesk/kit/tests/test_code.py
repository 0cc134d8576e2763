from __future__ import annotations

import gc
from importlib import import_module

import pytest

from crossdesk.kit import code


def test_garbage_is_looked_for_again_afterwards_even_when_reading_failed() -> None:
    with pytest.raises(ModuleNotFoundError), code.reading():
        import_module("crossdesk.no_such_thing")
    assert gc.isenabled()
    with code.reading():
        assert not gc.isenabled()
    assert gc.get_freeze_count()
    gc.unfreeze()
