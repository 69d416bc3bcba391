"""Replicas of search engines: the way through each of them, written anew from what is documented of it.

Each is reached under the engine's public names through the miniature web's proxy. They share no markup
with the engines; class names are new in every reply, so that nothing can come to depend on them.
"""

from creditline.demo.engines.base import Replica, Switches
from creditline.demo.engines.knowledge import Knowledge, Listing
from creditline.demo.engines.replicas import Replicas

__all__ = ["Knowledge", "Listing", "Replica", "Replicas", "Switches"]
