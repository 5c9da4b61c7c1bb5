"""A small real Slurm on this machine, from Debian's packages, for the tests."""
