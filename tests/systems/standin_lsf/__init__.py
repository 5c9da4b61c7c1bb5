"""A stand-in LSF: the commands of the batch system as small real programs over a state folder."""
