"""What two desks say to each other, whichever channel carries it: one form, written and applied in one place."""
