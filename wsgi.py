"""The application for the server."""

from portal.app import create_app

app = create_app()
