"""The work: the sum of square roots of an array, slice by slice, and a look around on a worker.

These functions travel to the workers by value, so they use nothing of pegconf: a worker's Python may not have it.
"""

from __future__ import annotations

from typing import Any

SLOWLY_SECONDS = 0.5


def make_slice(seed: int, index: int, rows: int, columns: int) -> Any:
    """The slice of that index, rows x columns uniform numbers; equal seed and index give equal numbers."""
    import numpy as np  # noqa: PLC0415 - imported where it runs

    return np.random.default_rng([seed, index]).random((rows, columns))


def sum_square_roots(numbers: Any) -> tuple[float, str]:
    """The sum of the square roots, one Python call a number, and the address of the worker that did it."""
    import math  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    from distributed import get_worker  # noqa: PLC0415

    return float(np.vectorize(math.sqrt)(numbers).sum()), str(get_worker().address)


def sum_made_slice(seed: int, index: int, rows: int, columns: int) -> tuple[float, str]:
    """As `sum_square_roots`, of a slice that the worker makes itself."""
    return sum_square_roots(make_slice(seed, index, rows, columns))


def nothing(_: Any) -> None:
    """An empty task; what it is given travels to its worker first."""


def make_bytes(size: int) -> Any:
    """So many bytes that no compression makes fewer."""
    import random  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    return np.frombuffer(random.randbytes(size), dtype="u1")  # noqa: S311 - no secret


def square(number: int) -> int:
    """The number's square."""
    return number * number


def square_slowly(number: int) -> int:
    """The number's square, after SLOWLY_SECONDS."""
    import time  # noqa: PLC0415

    time.sleep(SLOWLY_SECONDS)
    return number * number


def is_odd(number: int) -> bool:
    """Whether it is odd."""
    return number % 2 == 1


def raise_on_purpose(number: int) -> None:
    """Raise an error whose text and place have to arrive where the result is asked for."""
    raise ArithmeticError(f"on purpose, with {number}")


def die() -> None:
    """End the worker's process as a kernel short of memory does."""
    import os  # noqa: PLC0415
    import signal  # noqa: PLC0415

    os.kill(os.getpid(), signal.SIGKILL)


def modules_missing(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the modules that this Python does not have."""
    import importlib.util  # noqa: PLC0415

    return tuple(name for name in names if importlib.util.find_spec(name) is None)


def look_around() -> dict[str, Any]:
    """What a worker sees: its host, Python, processor threads and the IPv4 addresses of its interfaces."""
    import os  # noqa: PLC0415
    import socket  # noqa: PLC0415
    import sys  # noqa: PLC0415

    import psutil  # noqa: PLC0415

    return {
        "host": socket.gethostname(),
        "python": sys.executable,
        "pid": os.getpid(),
        "interfaces": {
            name: [address.address for address in addresses if address.family is socket.AF_INET]
            for name, addresses in psutil.net_if_addrs().items()
        },
    }


def what_listens() -> dict[str, Any]:
    """The addresses and ports that this process and its nanny listen on, which is the parent of a worker."""
    import os  # noqa: PLC0415
    import socket  # noqa: PLC0415

    import psutil  # noqa: PLC0415

    listening = [one for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    addresses: list[Any] = [one.laddr for one in listening if one.pid in (os.getpid(), os.getppid())]
    return {"host": socket.gethostname(), "sockets": sorted((each.ip, each.port) for each in addresses)}
