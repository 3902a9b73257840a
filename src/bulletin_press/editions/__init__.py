"""The editions of an issue; each is a function from an Issue to an Edition."""
