"""Numbers for people, computed on read. Nothing here writes."""
