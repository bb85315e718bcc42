"""Two workers and one leader on one PostgreSQL, each worker on a machine of its own where namespaces can be made."""
