"""Whole made-up issues, laid out, and readers of the finished PDF that know nothing of the press.

``issues`` makes an issue and says what must be found; ``content`` and ``structure`` read the file
back with pikepdf alone; ``layout`` and ``tagging`` hold what must be true of pages and of tags.
"""
