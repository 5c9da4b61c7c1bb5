"""What editors do with a jobqueue.yaml: yaml-language-server, driven over its protocol."""
