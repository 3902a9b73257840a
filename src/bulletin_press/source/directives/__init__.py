"""The directives that an issue may use, by what they make."""
