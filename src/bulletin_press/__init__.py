"""bulletin-press: one issue of a bulletin, from reStructuredText to finished editions."""

__version__ = "0.1.0"
