"""The cover: its record and its colours, the drawing of them, and that as files."""
