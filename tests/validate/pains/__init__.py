"""What users of dask-jobqueue were caught by, each with the finding that names it or the reason why no file can."""
