"""`python -m pegconf` is the same as the command `pegconf`."""

from __future__ import annotations

from pegconf.cli import main

if __name__ == "__main__":
    main()
