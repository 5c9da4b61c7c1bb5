"""A stand-in PBS: the commands of OpenPBS as small real programs over a state folder."""
