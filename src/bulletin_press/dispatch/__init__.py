"""Dispatch: what the press made, handed to distribution; the one place that knows both."""
