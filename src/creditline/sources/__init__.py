"""Discovery sources: one file each; a new file with ``SOURCE = ...`` is a new source."""

from creditline.sources.base import BATCH, Batch, Question, SearchContext, Source, all_sources

__all__ = ["BATCH", "Batch", "Question", "SearchContext", "Source", "all_sources"]
