"""The door for letters: it takes them in, has them kept, and only then says so."""
