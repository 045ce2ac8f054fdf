"""One owner with a phone, as a process of its own; only the standard library, so that fifty start quickly.

Signs in, answers one question, opens the check page, says "ready", waits for the starting gun (the other
end of a pipe closes), waits its delay, sends the ballot and prints what the portal answered.
"""

import http.cookiejar
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Phone:
    """A browser without anything: cookies, forms, redirects."""

    def __init__(self, base: str) -> None:
        self.base = base
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self.token = ""
        self.status = 0

    def get(self, path: str) -> str:
        """Open a page and remember its form token."""
        return self._read(urllib.request.Request(self.base + path))

    def post(self, path: str, **form: str) -> str:
        """Send a form; follows the redirect to the page that says what happened."""
        body = urllib.parse.urlencode({"csrf_token": self.token, **form}).encode()
        return self._read(urllib.request.Request(self.base + path, data=body))

    def _read(self, request: urllib.request.Request) -> str:
        try:
            with self.opener.open(request, timeout=120) as answer:
                self.status, page = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            self.status, page = error.code, error.read().decode()
        found = TOKEN.search(page)
        self.token = found.group(1) if found else self.token
        return page


def words(page: str) -> str:
    """Give the text of the part of a page that matters."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def tell(**facts: object) -> None:
    """Tell the test something, as one line."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Vote once; see the module."""
    job = json.loads(sys.argv[1])
    phone = Phone(job["base"])
    phone.get("/sign-in")
    phone.post("/language", locale="en", next="/sign-in")
    phone.post("/sign-in", name=job["user"], password=job["password"])
    phone.get(f"{job['path']}/questions/1")
    phone.post(f"{job['path']}/questions/1", answer=job["answer"])
    page = phone.get(f"{job['path']}/answers")
    tell(ready="Check your answers" in page, status=phone.status)
    os.read(job["gun"], 1)
    time.sleep(job["delay"])
    began = time.monotonic()
    page = phone.post(f"{job['path']}/ballot")
    tell(status=phone.status, says=words(page), seconds=time.monotonic() - began)


if __name__ == "__main__":
    main()
