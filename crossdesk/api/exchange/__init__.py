"""The door for another Crossdesk: its messages come in here, one at a time."""
