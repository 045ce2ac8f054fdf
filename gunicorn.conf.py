"""How the web server runs: `gunicorn wsgi:app` reads this file by itself.

Two processes of four threads suit the two cores that a community's server has; more
users want more processes (WEB_PROCESSES), behind a reverse proxy that ends TLS.
"""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))

# A request takes well under a second; long work runs in the job worker.
timeout = 60
graceful_timeout = 10
keepalive = 5

# A process is replaced now and then, not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000

# The control socket would lie in the home folder, and nobody here speaks to it.
control_socket_disable = True

errorlog = "-"
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")
