"""The joining kit: what a new participant's desk has to do before cases go to it, tried out with test messages."""
