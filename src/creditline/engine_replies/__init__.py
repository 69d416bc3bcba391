"""Readers of engines' replies: pure, one file per dialect; each classifies first and parses then.

Every reader gives a `Reading`: the outcome, the results it could read, and how many there were to see.
Readers of web pages (``google_lens``, ``bing``, ``yandex``, ``tineye.read``) parse HTML that strangers
wrote: call them in the gate's child. ``UNPROVEN`` in a reader says that no real page of results of its
kind has been read with it yet.
"""

from creditline.engine_replies.base import Card, Claim, Reading

__all__ = ["Card", "Claim", "Reading"]
