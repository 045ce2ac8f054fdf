"""The application for the server."""

import gc

from portal.app import create_app

app = create_app()
gc.freeze()  # what was made at the start stays: going through it again takes a fifth of a second each time
