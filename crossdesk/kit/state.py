"""The one folder that a machine of ours writes to."""

import os
from pathlib import Path


def state_folder() -> Path:
    checkout = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("CROSSDESK_STATE", checkout / ".crossdesk")).absolute()
