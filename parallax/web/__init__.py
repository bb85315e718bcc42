"""The small web of a running Parallax, on loopback only: whether it is well, and its figures for Prometheus."""
