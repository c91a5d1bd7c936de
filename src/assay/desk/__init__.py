"""The desk: each role's first page, the frame around every page, search, style."""
