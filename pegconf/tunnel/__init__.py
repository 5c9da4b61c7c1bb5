"""From a running scheduler, or the configuration, to its dashboard in the laptop's browser."""
