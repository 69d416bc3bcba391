"""Has the time of new evidence attested at the end of a run, where an authority is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditline.cli.options import say
from creditline.render import terminal_line
from creditline.urls import parse_user_address

if TYPE_CHECKING:
    from creditline.pipeline.context import Context


async def stamp(context: Context) -> bool:
    """Ask for a time stamp of all that is new; whether that was done, or nothing was asked for."""
    authority = context.settings.evidence.timestamp_url
    if authority is None or context.api is None:
        return True
    from creditline.pipeline.timestamps import stamp_head

    url = parse_user_address(authority)
    now = context.clock.now()
    stamped = await stamp_head(context.store, context.owner_id, context.api, url, now)
    if stamped.problem is not None:
        say(terminal_line(f"no time stamp: {stamped.problem}; the next run asks again"))
        return False
    if stamped.at is not None:
        say(f"time stamp: {url.host} attests the evidence of {stamped.at:%Y-%m-%d %H:%M:%S} UTC")
    return True
