"""Requests that nobody should send: drawn from the OpenAPI document, most with one value that it does not allow.

Of a document with one wrong value it is known which key the refusal must name. Everything else (odd paths, damaged
pictures, bytes) has to be answered, and by no error of the server's.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from bench.schemas import ODD, damaged, documents
from bench.webui import Answer, Connection

PREFIX = "/click-inpaint/v1"
JOB = "/sdapi/v1/img2img"
HANG_SECONDS = 5.0
PATIENCE_SECONDS = 60.0
SCRIPT = "Click Inpaint"


@dataclass(frozen=True)
class Case:
    """One request. `wrong` is the key of the only value that the OpenAPI document does not allow; "" where there is
    none, or nobody knows.
    """

    method: str
    target: str
    content: bytes = field(default=b"", repr=False)
    wrong: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


def cases(document: Mapping[str, Any], ids: list[str], files: list[bytes], picture: str) -> st.SearchStrategy[Case]:
    """Requests of all kinds. `document` is the OpenAPI document, `ids` are those of pictures that were uploaded,
    `files` are pictures, and `picture` is one in base64.
    """
    paths = {path: told for path, told in document["paths"].items() if path.startswith(PREFIX)}
    bodies = {
        path: told["post"]["requestBody"]["content"]["application/json"]["schema"]
        for path, told in paths.items()
        if "application/json" in told.get("post", {}).get("requestBody", {}).get("content", {})
    }
    edit = bodies[f"{PREFIX}/preview"]["properties"]["edit"]

    @st.composite
    def asked(draw: st.DrawFn) -> Case:
        path = draw(st.sampled_from([*bodies, f"{PREFIX}/preview", f"{PREFIX}/mask"]))
        body, wrong = draw(documents(bodies[path], ids))
        return Case("POST", path, _json(body), wrong)

    @st.composite
    def jobs(draw: st.DrawFn) -> Case:
        body, wrong = draw(documents({**edit, "required": ["selection"]}, [*ids, ""]))
        wrong = "" if "selection" not in body else wrong  # an Edit need not have one
        payload = {"init_images": [picture], "steps": 1, "width": 64, "height": 64, "prompt": "a kite"}
        return Case("POST", JOB, _json({**payload, "alwayson_scripts": {SCRIPT: {"args": [body]}}}), wrong)

    names = st.text(max_size=30) | st.sampled_from(["..", "../../x", "%00", "%2e%2e", "a" * 5_000, *ids])
    quoted = names.map(lambda name: quote(name, safe="%/", errors="replace"))
    methods = st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "PATCH", "OPTIONS"])
    headers = st.fixed_dictionaries(
        {},
        optional={
            "Content-Type": st.sampled_from(["application/json", "text/plain", "multipart/form-data; boundary=x", "a"]),
            "Origin": st.sampled_from(["null", "https://evil.example", "http://[", "x" * 300]),
            "Host": st.sampled_from(["evil.example", "[", "localhost:99999", "a b"]),
            "Cookie": st.sampled_from(["access-token=x", "=;=,"]),
            "Authorization": st.sampled_from(["Basic ???", "Basic", "Basic OjpfOg==", "Bearer x"]),
            "X-Click-Inpaint-Page": st.sampled_from(["x", "x" * 5_000, "\xff"]),
            "If-None-Match": st.sampled_from(["*", '"', "\xff"]),
        },
    )
    odd_bytes = st.binary(max_size=300) | st.sampled_from([_json(odd) for odd in ODD]) | st.just(b"[" * 50_000)
    odd_paths = st.sampled_from([*paths, f"{PREFIX}/page/{{name}}", "/click-inpaint/{name}"])
    targets = st.tuples(odd_paths, quoted).map(lambda both: re.sub(r"\{\w+\}", lambda _: both[1], both[0]))
    anything = st.builds(
        lambda method, target, content, more: Case(method, target, content, "", more),
        methods,
        targets,
        odd_bytes,
        headers,
    )
    uploads = damaged(files).map(lambda data: Case("POST", f"{PREFIX}/images", data))
    kinds = [asked(), asked(), asked(), jobs(), uploads, anything]
    return st.integers(0, len(kinds) - 1).flatmap(lambda at: kinds[at])


@dataclass
class Tally:
    """What has come of the cases so far."""

    count: int = 0
    failed: list[tuple[Case, Answer]] = field(default_factory=list)
    hung: list[Case] = field(default_factory=list)
    unnamed: list[tuple[Case, str]] = field(default_factory=list)
    slowest: tuple[float, Case | None] = (0.0, None)
    statuses: dict[int, int] = field(default_factory=dict)

    def add(self, case: Case, answer: Answer | None) -> None:
        """`answer` is None where none came in time."""
        self.count += 1
        if answer is None:
            self.hung.append(case)
            return
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        self.slowest = max(self.slowest, (answer.seconds, case), key=lambda both: both[0])
        if answer.status >= 500:
            self.failed.append((case, answer))
        elif answer.seconds > HANG_SECONDS:
            self.hung.append(case)
        elif complaint := complaint_about(case, answer):
            self.unnamed.append((case, complaint))

    def complaints(self, most: int = 5) -> list[str]:
        """A line for each of the first few of every kind of fault."""
        told = [f"{answer.status}: {shown(case)} → {answer.content[:300]!r}" for case, answer in self.failed[:most]]
        told += [f"over {HANG_SECONDS:g} s: {shown(case)}" for case in self.hung[:most]]
        unnamed = {(case.target, case.wrong): f"{complaint}: {shown(case)}" for case, complaint in self.unnamed}
        return told + [*unnamed.values()][: 4 * most]


def shown(case: Case) -> str:
    """A case as a line, so that it can be sent again."""
    content = re.sub(rb'"init_images": \["[^"]+"\]', b'"init_images": ["..."]', case.content)
    return f"{case.method} {case.target[:200]!r} {dict(case.headers)} {content[:1500]!r}"


def complaint_about(case: Case, answer: Answer) -> str:
    """What is wrong with how a case was answered; "" where nothing is."""
    if answer.status < 400:
        return f"{case.wrong} is wrong, and nothing was said" if case.wrong else ""
    if case.method == "HEAD":
        return ""
    told = answer.json()
    said = str(told.get("error") or told.get("detail") or "") if isinstance(told, dict) else ""
    if case.target == JOB and isinstance(told, dict):  # the host's answer has its own names for these
        said = str(told.get("detail") or told.get("errors") or "")
    if not said:
        return f"status {answer.status} without a sentence"
    is_named = case.wrong.lower() in said.lower() or "is not JSON" in said or answer.status == 413
    return "" if is_named else f"{case.wrong} is wrong, and what is said is “{said}”"


def send_cases(url: str, count: int, number: int, after: Callable[[Tally], None] = lambda tally: None) -> Tally:
    """Send so many cases to a Web UI, drawn anew for each `number`; `after` is called after each of them."""
    tally = Tally()
    options: dict[str, Any] = {
        "database": None,
        "deadline": None,
        "phases": [Phase.generate],
        "suppress_health_check": [*HealthCheck],
    }
    with Connection(url, PATIENCE_SECONDS) as connection:

        @seed(number)
        @settings(max_examples=count, derandomize=False, **options)
        @given(_cases_for(connection))
        def send(case: Case) -> None:
            if tally.count < count:
                try:
                    tally.add(case, connection.ask(case.method, case.target, case.content, case.headers))
                except TimeoutError:
                    tally.add(case, None)
                after(tally)

        while tally.count < count:  # hypothesis may end early
            send()
    return tally


def _cases_for(connection: Connection) -> st.SearchStrategy[Case]:
    """Cases for a Web UI, which is given a few pictures first."""
    document = connection.ask("GET", "/openapi.json").json()
    files = _files()
    ids = []
    for file in files:
        told = connection.ask("POST", f"{PREFIX}/images", file)
        assert told.status == 200, told.content
        ids.append(str(told.json()["image"]))
    return cases(document, ids, files, base64.b64encode(files[0]).decode())


def _files() -> list[bytes]:
    """Small pictures of one size, in several formats, one of them with alpha."""
    pixels = np.random.default_rng(4).integers(0, 256, (60, 90, 4), np.uint8)
    pixels[15:40, 20:60] = (200, 30, 30, 255)
    made = []
    for kind, mode in (("PNG", "RGBA"), ("PNG", "L"), ("JPEG", "RGB"), ("WEBP", "RGB"), ("TIFF", "RGB"), ("GIF", "P")):
        file = io.BytesIO()
        Image.fromarray(pixels).convert(mode).save(file, kind)
        made.append(file.getvalue())
    return made
