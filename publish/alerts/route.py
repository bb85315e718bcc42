"""What a route is: it takes a message or says in one line why not."""

from __future__ import annotations

from typing import Protocol

from publish.alerts.message import AlertMessage


class Route(Protocol):
    """One way to people. ``name`` is what deliveries are kept under: webhook or mail."""

    @property
    def name(self) -> str:
        """webhook or mail."""
        ...

    def send(self, message: AlertMessage) -> None:
        """Hand the message over. Raises DeliveryError, whose problem holds no address, token or password."""
        ...
