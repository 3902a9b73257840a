"""Support of the tests of search."""
