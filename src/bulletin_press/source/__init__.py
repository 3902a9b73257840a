"""Reading an issue: reStructuredText files become one docutils document tree."""
