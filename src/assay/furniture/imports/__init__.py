"""Excel in: a spec for each kind of file, read by facts/, shown before it is written."""
