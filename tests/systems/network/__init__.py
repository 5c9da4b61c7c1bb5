"""Several hosts on one machine, each in namespaces of its own and wired as a cluster is."""
