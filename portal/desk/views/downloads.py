"""Workbooks as answers to a browser."""

from urllib.parse import quote

from flask import Response
from werkzeug.http import dump_options_header
from werkzeug.utils import secure_filename

from portal.desk.workbooks import MEDIA_TYPE


def workbook(content: bytes, name: str) -> Response:
    """Give a workbook as a download; the name (without .xlsx) in UTF-8 with an ASCII one beside it."""
    response = Response(content, mimetype=MEDIA_TYPE)
    plain = secure_filename(name) or "linli"
    options = {"filename": f"{plain}.xlsx", "filename*": f"UTF-8''{quote(name, safe='')}.xlsx"}
    response.headers["Content-Disposition"] = dump_options_header("attachment", options)
    return response
