"""The archive: all issues as a site of plain files, with indexes, search, feeds and catalogues."""
