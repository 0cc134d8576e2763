"""Letters between desks: reading, telling apart, matching and writing them. Pure: no database, no network, no clock."""
