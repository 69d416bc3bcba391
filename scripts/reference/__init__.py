"""One module per page of docs/reference; each has a function ``page`` that returns the whole page."""
