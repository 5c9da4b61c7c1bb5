"""How far `pegconf validate` can be trusted: thousands of changed configurations, dask-jobqueue's outcome, the verdict.

`python -m tests.accuracy` prints the table. What a configuration comes to is decided by dask-jobqueue itself (`made`)
and by an oracle (`meaning`, `grammar`) that imports nothing of pegconf.
"""
