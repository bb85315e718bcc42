"""The sample world: a loopback web of invented outlets that the demo and the tests share.

``World`` is the script with a simulated clock, ``WorldServer`` puts it on 127.0.0.1, ``write_catalogue`` writes its
outlets and topics in the catalogue's format, and ``truth.json`` says what a right crawler ends with.
"""

from tests.world.catalogue import world_settings, write_catalogue
from tests.world.crawl import crawl_moments
from tests.world.reading import load_script
from tests.world.script import DAY0, ZONE, moment
from tests.world.server import CONTROL_HOST, Request, WorldServer
from tests.world.truth import CRAWL_MOMENTS, load_truth
from tests.world.world import Reply, World

__all__ = [
    "CONTROL_HOST",
    "CRAWL_MOMENTS",
    "DAY0",
    "ZONE",
    "Reply",
    "Request",
    "World",
    "WorldServer",
    "crawl_moments",
    "load_script",
    "load_truth",
    "moment",
    "world_settings",
    "write_catalogue",
]
