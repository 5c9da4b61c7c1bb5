"""pegconf with the toy among the batch systems that it knows: `python -m tests.systems.toy.launch validate`."""

from __future__ import annotations

from pegconf.batch.systems import KNOWN
from tests.systems.toy.system import TOY

KNOWN[TOY.name] = TOY

if __name__ == "__main__":
    # The commands read what is known when they are imported.
    from pegconf import cli

    cli.main()
