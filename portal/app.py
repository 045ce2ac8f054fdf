"""Put the application together."""

from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal import cli, modules
from portal.core import db as database
from portal.core.settings import ROOT, Settings, load_settings
from portal.tenancy import vault
from portal.web import errors, frame, headers, request, templating
from portal.web.application import PortalFlask
from portal.web.guard import check_every_route_is_guarded
from portal.web.htmx import htmx

SESSION_SECONDS = 12 * 3600
UPLOAD_BYTES = 20 * 1024 * 1024
CACHE_SECONDS = 365 * 24 * 3600


def create_app(settings: Settings | None = None) -> Flask:
    """Give the application; raises UnguardedRoute when a view carries no guard, MissingSetting without a secret."""
    settings = settings or load_settings()
    app = PortalFlask(
        "portal",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(ROOT / "instance"),
    )
    _configure(app, settings)
    vault.set_master_key(settings.master_key)
    database.set_up(app, settings.database_url)
    Migrate(app, database.db, directory=str(ROOT / "migrations"), render_as_batch=False)
    htmx.init_app(app)
    templating.set_up(app)
    frame.set_up(app)
    request.set_up(app)  # before the tokens are looked at: the page that refuses one needs to know who and where
    CSRFProtect(app)
    errors.set_up(app)
    headers.set_up(app, is_https=settings.is_https)
    modules.set_up(app)
    cli.set_up(app)
    check_every_route_is_guarded(app)
    _serve_files(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        PERMANENT_SESSION_LIFETIME=SESSION_SECONDS,
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_NAME="__Host-linli" if settings.is_https else "linli",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=SESSION_SECONDS,
        TRUSTED_HOSTS=list(settings.hosts) or None,
        LINLI_SETTINGS=settings,
        LINLI_DEMO=settings.is_demo,
        LINLI_VERSION=settings.version,
        VERSION=settings.version,
    )


def _serve_files(app: Flask, settings: Settings) -> None:
    """Serve static files compressed where that was prepared, for a year: their addresses carry a fingerprint."""
    files = WhiteNoise(app.wsgi_app, max_age=CACHE_SECONDS, allow_all_origins=False, add_headers_function=_file_headers)
    files.add_files(str(Path(str(app.static_folder))), prefix="static/")
    app.wsgi_app = files  # type: ignore[method-assign]  # as Flask advises
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(files, x_for=count, x_proto=count)  # type: ignore[method-assign]  # likewise


def _file_headers(response_headers: Headers, _path: str, _url: str) -> None:
    response_headers["X-Content-Type-Options"] = "nosniff"
    response_headers["Content-Security-Policy"] = headers.POLICY
