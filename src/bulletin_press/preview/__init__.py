"""The resident press: an issue's pages in the browser, set again at each change of its sources."""
