"""A desk that works in another Crossdesk: it takes messages as they are and answers by itself."""
