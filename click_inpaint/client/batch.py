"""Many pictures through several Web UIs: each takes the next one when it is free, and a dead one's goes to another."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from click_inpaint.client.events import Dropped, Failed, Finished, Report
from click_inpaint.client.files import Work
from click_inpaint.client.trouble import Unreachable, Unusable
from click_inpaint.client.webui import WebUI
from click_inpaint.errors import UserError

MOST_TRIES = 3
"""Web UIs that may go away while they paint one picture; after that the picture is not given to another."""
ASK_SECONDS = 1.0
"""Between two looks whether a Web UI is back."""
Paint = Callable[[WebUI, Work], None]


class Queue:
    """The pictures that wait. What was taken is done, has failed, or is put back."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._waiting, self._taken = deque(works), 0
        self._tries: dict[Work, int] = {}
        self._changed = threading.Condition()

    @property
    def left(self) -> int:
        """How many nobody has taken."""
        with self._changed:
            return len(self._waiting)

    @property
    def is_over(self) -> bool:
        """Whether nothing waits and nothing can come back."""
        with self._changed:
            return not self._waiting and not self._taken

    def take(self) -> Work | None:
        """The next one. Waits while another thread may put one back; None when there will be no more."""
        with self._changed:
            while not self._waiting and self._taken:
                self._changed.wait()
            if not self._waiting:
                return None
            self._taken += 1
            return self._waiting.popleft()

    def ended(self) -> None:
        """What was taken is done, or has failed for good."""
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    def put_back(self, work: Work, is_tried: bool = True) -> bool:
        """Let another take it; False where it was tried often enough, and has ended."""
        with self._changed:
            self._taken -= 1
            self._tries[work] = self._tries.get(work, 0) + is_tried
            again = self._tries[work] < MOST_TRIES
            if again:
                self._waiting.appendleft(work)
            self._changed.notify_all()
            return again


class Batch:
    """A run over all pictures; `patience` is how many seconds a Web UI that went away may take to come back."""

    def __init__(self, works: Sequence[Work], paint: Paint, report: Report, patience: float) -> None:
        self._queue, self._paint, self._report, self._patience = Queue(works), paint, report, patience
        self._good, self._bad, self._lock = 0, 0, threading.Lock()
        self._fault: BaseException | None = None

    def run(self, webuis: Sequence[WebUI], skipped: int = 0) -> Finished:
        """Return when every picture is done or has failed, or when no Web UI is left; `skipped` are told as well."""
        threads = [threading.Thread(target=self._guarded, args=[webui], daemon=True) for webui in webuis]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)  # a join without end would not be interrupted on Windows
        if self._fault:
            raise self._fault
        finished = Finished(self._good, skipped, self._bad, self._queue.left)
        self._report(finished)
        return finished

    def _guarded(self, webui: WebUI) -> None:
        try:
            self._serve(webui)
        except BaseException as fault:  # noqa: BLE001 - it is raised again in the thread that waits
            self._fault = fault

    def _serve(self, webui: WebUI) -> None:
        gone: UserError | None = None
        while not gone and (work := self._queue.take()):
            gone = self._painted(webui, work)
        if gone:
            self._report(Dropped(webui.url, str(gone)))

    def _painted(self, webui: WebUI, work: Work) -> UserError | None:
        """Paint one; the reason where this Web UI should be asked no longer."""
        try:
            self._paint(webui, work)
        except Unreachable as gone:
            if not self._queue.put_back(work):
                self._failed(work, gone)
            return None if self._is_back(webui) else gone
        except Unusable as gone:
            self._queue.put_back(work, is_tried=False)
            return gone
        except UserError as error:
            self._queue.ended()
            self._failed(work, error)
        except BaseException:
            self._queue.ended()
            raise
        else:
            self._queue.ended()
            with self._lock:
                self._good += 1
        return None

    def _failed(self, work: Work, error: UserError) -> None:
        with self._lock:
            self._bad += 1
        self._report(Failed(work.picture, str(error)))

    def _is_back(self, webui: WebUI) -> bool:
        """Wait for a Web UI that went away; not when there is nothing left to do for it."""
        until = time.monotonic() + self._patience
        while not self._queue.is_over and time.monotonic() < until:
            time.sleep(ASK_SECONDS)
            with suppress(Unreachable):
                webui.ask("GET", "/sdapi/v1/progress?skip_current_image=true")
                return True
        return False
