"""A laptop, two login nodes and a compute node with OpenSSH between them, and what stands in a tunnel's way."""
