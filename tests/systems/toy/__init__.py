"""A batch system that pegconf does not know: everything about it lies in this folder."""
