"""What the market folder says, as frozen values: one class per kind of row, each field typed as its TOML must be."""
