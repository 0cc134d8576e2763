"""python -m crossdesk.postgres FOLDER COMMAND...: runs the command with a throwaway server's two URLs set for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.trouble import ClusterError


def main(folder: str, *command: str) -> int:
    # A TERM becomes an exception, so that the server is stopped before we go.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cluster = Cluster(Path(folder), throwaway=True)
    try:
        cluster.start()
        return subprocess.run(command, env={**os.environ, **cluster.environment}, check=False).returncode
    except ClusterError as trouble:
        print(trouble.sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
