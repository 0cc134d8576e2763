class ClusterError(Exception):
    """What keeps the database from starting, as one sentence for the person who started it."""

    @property
    def sentence(self) -> str:
        return str(self)
