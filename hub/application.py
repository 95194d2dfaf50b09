"""`create_app(config)` puts the hub together, and nothing else happens here."""

import os
from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from hub import cli
from hub.assets.routes import install as install_assets
from hub.blueprints import BLUEPRINTS, EVENT_SETS
from hub.config import ROOT, Config, read_config, secret_of
from hub.db import Database
from hub.events.following import Following
from hub.extensions import babel, csrf, login_manager
from hub.feed.connections import Connections
from hub.feed.install import install_socket
from hub.feed.watch import Watcher
from hub.files.caretaker import Caretaker
from hub.files.receiving import install as install_files
from hub.forms import PlainJson
from hub.frame import FRAME
from hub.health.probe import Probe
from hub.job_table import TABLE
from hub.jobs.install import install as install_jobs
from hub.logs import configure_logs
from hub.mail.outbox import AS_NUMBER
from hub.mail.outbox import SETTING as MAILS
from hub.page import IdConverter
from hub.page import install as install_page
from hub.refusals.answering import install as install_refusals
from hub.registry import ABOVE_THREADS
from hub.responses import install as install_errors
from hub.retention.keeper import Keeper
from hub.search.meaning.encoder import allow as allow_meaning
from hub.security.activity import Activity
from hub.security.actors import confirm_actor
from hub.security.headers import install as install_headers
from hub.security.limits import Limits
from hub.security.loader import choose_locale, load_actor
from hub.security.origins import install as install_origins
from hub.security.packing import install as install_packing
from hub.security.requires import check_routes_declared
from hub.subscribers import FOLLOWERS
from hub.threads.above import install as install_above_threads


def create_app(config: Config | None = None) -> Flask:
    """The application. Raises StartupFault when it cannot start as configured."""
    config = config or read_config(os.environ)
    configure_logs()
    app = Flask("hub", root_path=str(ROOT), template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY=secret_of(config),
        SESSION_COOKIE_NAME=config.cookie_name,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.cookie_secure,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session
        WTF_CSRF_SSL_STRICT=False,  # wants a Referer, which proxies take away: hub/security/origins.py asks for more
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_PARTS=100,  # of a form without files; a form with files: hub/files/receiving.py
        BABEL_DEFAULT_LOCALE="ja",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "hub" / "translations"),
        TESTING=config.testing,
    )
    database = Database(config.database)
    database.confirm, database.reader.idle = partial(confirm_actor, idle=config.idle), config.idle
    database.reader.meaning = config.search_meaning
    allow_meaning(config.search_meaning)
    limits = Limits(config)
    database.pace = limits.room
    database.follow = Following(FOLLOWERS)
    database.settings["confirm_months"] = config.confirm_months
    database.settings[MAILS] = AS_NUMBER[config.mailing]
    app.extensions |= {"hub.config": config, "hub.db": database, "hub.limits": limits}
    app.extensions["hub.activity"] = Activity(database)
    app.extensions |= {"hub.connections": Connections(), "hub.watcher": Watcher(app), "hub.probe": Probe()}
    app.extensions |= {"hub.caretaker": Caretaker(app), "hub.retention": Keeper(app)}
    app.json = PlainJson(app)
    install_packing(app)
    install_origins(app, config)
    install_files(app, config)
    login_manager.init_app(app)
    login_manager.request_loader(load_actor)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_locale)
    install_errors(app)
    install_refusals(app)
    install_headers(app)
    install_page(app, FRAME)
    install_above_threads(app, ABOVE_THREADS)
    install_assets(app)
    install_jobs(app, TABLE)
    app.url_map.converters["int"] = IdConverter
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    check_routes_declared(app)
    cli.install(app)
    install_socket(app, config, *EVENT_SETS)
    # Outermost: what the proxies in front say of the request is settled before anything looks at it.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies)  # type: ignore[method-assign]
    return app
