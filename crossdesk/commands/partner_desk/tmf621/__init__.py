"""A desk behind a TMF621 Trouble Ticket server of its own, v5 and v4."""
