"""A partner's TMF621 Trouble Ticket server, v5 or v4: our leg is a ticket there."""
