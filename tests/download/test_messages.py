"""What a download tells, in parts that can be translated."""

from pathlib import Path

from click_inpaint.download.base import DownloadProgress
from click_inpaint.messages import Message
from tests.misbehaving import Desk, Server, refuse


def test_progress_without_a_failure_tells_of_none() -> None:
    told = DownloadProgress("loading", 10, 40, 15.0).as_json()
    assert (told["running"], told["left"], told["error"], told["message"]) == (True, 2.0, "", None)


def test_why_each_mirror_failed_is_told_in_parts_that_can_be_translated(server: Server, tmp_path: Path) -> None:
    server.says(refuse(404), at="/first")
    server.says(refuse(410), at="/second")
    error = Desk(tmp_path / "sam", server.url("/first"), server.url("/second")).get().error
    assert error and "(127.0.0.1: 404 Not Found; 127.0.0.1: 410 Gone). By hand: get" in str(error)
    reasons = error.values["reasons"]
    assert isinstance(reasons, Message) and reasons.template == "{one}; {other}"
    assert reasons.values["one"] == Message("{host}: {reason}", host="127.0.0.1", reason="404 Not Found")
