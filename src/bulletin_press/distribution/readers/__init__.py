"""Readers: the list of subscribers, brought in, kept and given out."""
