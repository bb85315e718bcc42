"""Alembic's entry: takes the connection it is given, or opens the one the settings name."""

from alembic import context

from storage.schema_diff import include_object
from storage.tables import metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    from parallax.config import load_settings  # noqa: PLC0415  # only the command line of Alembic comes here
    from storage.engine import open_store  # noqa: PLC0415

    store = open_store(load_settings().database_url)
    with store.engine.execution_options(parallax_write=True).begin() as opened:
        _migrate(opened)


def _migrate(connection) -> None:  # type: ignore[no-untyped-def]  # run by Alembic, outside the type-checked packages
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
