"""Downloads from a local server that misbehaves on purpose."""

import hashlib
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from click_inpaint.download import part as parts
from click_inpaint.download.base import DownloadError, DownloadProgress
from click_inpaint.download.downloads import Downloads
from tests.misbehaving import CONTENT, ETAG, NAME, SIZE, Desk, Handler, Server, refuse, short, whole


def test_a_file_comes_whole_and_its_progress_is_told(server: Server, desk: Desk) -> None:
    server.says(whole())
    assert desk.downloads.progress("tiny") is None
    assert desk.get() == DownloadProgress("done", SIZE, SIZE) and desk.arrived()
    assert server.asked == [("/tiny.pth", None, None)]
    assert desk.get().stage == "done" and len(server.asked) == 1, "what is here is not asked for again"


def test_a_short_read_is_resumed_from_the_byte_it_broke_off_at(server: Server, desk: Desk) -> None:
    server.says(short(30_000), whole())
    assert desk.get().stage == "done" and desk.arrived()
    assert server.asked[1] == ("/tiny.pth", "bytes=30000-", ETAG) and desk.paused == [1.0]


def test_a_download_killed_half_way_resumes_in_another_process(server: Server, desk: Desk, tmp_path: Path) -> None:
    server.says(short(50_000), refuse(404))
    assert desk.get().stage == "failed"
    assert desk.files == [f"{NAME}.part", f"{NAME}.part.json"]
    server.says(whole())
    later = Desk(tmp_path / "sam", server.url("/tiny.pth"))
    assert later.get().stage == "done" and later.arrived()
    assert server.asked[-1] == ("/tiny.pth", "bytes=50000-", ETAG)


def test_the_date_of_change_serves_where_the_tag_is_weak(server: Server, desk: Desk) -> None:
    date = "Wed, 05 Apr 2023 16:00:00 GMT"
    server.says(short(100, ETag='W/"v1"', Last_Modified=date), whole(etag=date))
    assert desk.get().stage == "done" and desk.arrived() and server.asked[1][1:] == ("bytes=100-", date)


def test_a_server_without_a_validator_starts_again(server: Server, desk: Desk) -> None:
    server.says(short(100, Server="x"), whole())
    assert desk.get().stage == "done" and desk.arrived() and server.ranges == [None, None]


def test_a_server_without_range_starts_again(server: Server, desk: Desk) -> None:
    server.says(short(60_000), short(SIZE))
    assert desk.get().stage == "done" and desk.arrived() and server.ranges == [None, "bytes=60000-"]


def test_a_file_that_changed_meanwhile_starts_again(server: Server, desk: Desk) -> None:
    server.says(short(60_000, ETag='"old"'), whole())
    assert desk.get().stage == "done" and desk.arrived() and server.asked[1][1:] == ("bytes=60000-", '"old"')


@pytest.mark.parametrize("told", ["bytes 0-99/{size}", "bytes 9-{size}/{size}", "", "nonsense"])
def test_another_part_than_asked_for_is_not_taken(server: Server, desk: Desk, told: str) -> None:
    wrong = told.format(size=SIZE)
    server.says(short(1000), lambda handler: handler.head(206, Content_Length=0, Content_Range=wrong), whole())
    assert desk.get().stage == "done" and desk.arrived() and server.ranges == [None, "bytes=1000-", None]


def test_a_range_that_cannot_be_satisfied_is_looked_into(server: Server, desk: Desk) -> None:
    server.says(short(1000), refuse(416, Content_Range=f"bytes */{SIZE}"), whole())
    assert desk.get().stage == "done" and desk.arrived() and server.ranges == [None, "bytes=1000-", None]
    (desk.folder / NAME).unlink()
    server.says(short(1000), refuse(416, Content_Range="bytes */999"))
    assert f"its file has 999 bytes, not {SIZE}" in str(desk.get().error) and not (desk.folder / NAME).exists()


def test_a_part_that_is_whole_is_only_checked(server: Server, desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder / f"{NAME}.part").write_bytes(CONTENT)
    assert desk.get().stage == "done" and desk.arrived() and not server.asked


def test_a_corrupted_part_is_refused_in_the_end_and_kept_aside(server: Server, desk: Desk) -> None:
    server.says(short(5000), refuse(404))
    desk.get()
    (desk.folder / f"{NAME}.part").write_bytes(b"\xff" * 5000)
    server.says(whole())
    progress = desk.get()
    kept = (desk.folder / f"{NAME}.unverified").read_bytes()
    assert progress.stage == "failed" and desk.files == [f"{NAME}.unverified"] and len(kept) == SIZE
    assert hashlib.sha256(kept).hexdigest() in str(progress.error)
    assert hashlib.sha256(CONTENT).hexdigest() in str(progress.error) and f"{NAME}.unverified" in str(progress.error)
    assert desk.get().stage == "done" and (desk.folder / NAME).read_bytes() == CONTENT, "the next one begins anew"


def test_what_lies_there_under_the_name_is_not_overwritten(server: Server, desk: Desk) -> None:
    server.says(whole())
    desk.folder.mkdir()
    (desk.folder / NAME).write_bytes(b"my own")
    progress = desk.get()
    assert progress.stage == "failed" and hashlib.sha256(b"my own").hexdigest() in str(progress.error)
    assert (desk.folder / NAME).read_bytes() == b"my own" and not server.asked


@pytest.mark.parametrize("length", [SIZE - 1, SIZE + 1, 0])
def test_a_wrong_length_is_seen_before_the_file_is_taken(server: Server, desk: Desk, length: int) -> None:
    server.says(whole(b"x" * length))
    progress = desk.get()
    assert progress.stage == "failed" and f"its file has {length} bytes, not {SIZE}" in str(progress.error)
    assert not desk.files and len(server.asked) == 1


def test_more_than_all_is_not_taken(server: Server, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, path_open, path_unlink = dict[int, Any](), Path.open, Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        assert all(file.closed for file in opened.values()), "Windows removes no file that is open"
        path_unlink(path, missing_ok)

    def endless(handler: Handler) -> None:
        handler.head(200)  # no length: it goes on until the connection closes
        handler.wfile.write(CONTENT + b"and more")

    monkeypatch.setattr(Path, "open", lambda path, *a, **b: opened.setdefault(len(opened), path_open(path, *a, **b)))
    monkeypatch.setattr(Path, "unlink", unlink)
    server.says(endless)
    assert f"it sends more than {SIZE} bytes" in str(desk.get().error) and opened
    assert not {NAME, f"{NAME}.part"} & set(desk.files)


def test_a_refusal_for_good_goes_on_to_the_next_mirror(server: Server, tmp_path: Path) -> None:
    server.says(refuse(404), at="/first")
    server.says(whole(), at="/second")
    desk = Desk(tmp_path / "sam", server.url("/first"), server.url("/second"))
    assert desk.get().stage == "done" and desk.arrived() and not desk.paused
    assert [asked[0] for asked in server.asked] == ["/first", "/second"]


def test_a_mirrors_validator_is_not_shown_to_another(server: Server, tmp_path: Path) -> None:
    server.says(short(9000), refuse(404), at="/first")
    server.says(whole(), at="/second")
    desk = Desk(tmp_path / "sam", server.url("/first"), server.url("/second"))
    assert desk.get().stage == "done" and desk.arrived()
    assert server.asked[1:] == [("/first", "bytes=9000-", ETAG), ("/second", None, None)]


@pytest.mark.parametrize(
    ("told", "paused"),
    [("7", 7.0), ("86400", 30.0), ("Wed, 05 Apr 2023 16:00:00 GMT", 0.0), ("soon", 1.0), ("-5", 1.0), (None, 1.0)],
)
def test_a_busy_server_is_left_alone_as_long_as_it_asks_within_bounds(
    server: Server, desk: Desk, told: str | None, paused: float
) -> None:
    server.says(refuse(429, **({"Retry_After": told} if told else {})), whole())
    assert desk.get().stage == "done" and desk.arrived() and desk.paused == [paused]


def test_tries_that_bring_nothing_wait_longer_and_end(server: Server, desk: Desk) -> None:
    server.says(refuse(503))
    progress = desk.get()
    assert progress.stage == "failed" and "503 Service Unavailable" in str(progress.error)
    assert desk.paused == [1.0, 2.0, 4.0] and len(server.asked) == 4


def test_a_server_that_breaks_off_at_changing_places_is_given_up(server: Server, desk: Desk) -> None:
    server.says(*[short(sent, Server="x") for sent in (9000, 4000) * 9])
    assert "broke off" in str(desk.get().error) and len(server.asked) == 4


def test_many_short_reads_that_bring_something_each_are_no_failure(server: Server, desk: Desk) -> None:
    def some(handler: Handler) -> None:
        start = int((handler.headers.get("Range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        told = {"Content_Range": f"bytes {start}-{SIZE - 1}/{SIZE}"} if start else {}
        handler.head(206 if start else 200, Content_Length=SIZE - start, ETag=ETAG, **told)
        handler.wfile.write(CONTENT[start : start + SIZE // 9])

    server.says(some)
    assert desk.get().stage == "done" and desk.arrived() and len(server.asked) == 10


def test_a_redirect_to_another_host_is_followed_and_resumed(server: Server, desk: Desk) -> None:
    server.says(refuse(302, Location=server.url("/cdn", "localhost")))
    server.says(short(2000), whole(), at="/cdn")
    assert desk.get().stage == "done" and desk.arrived()
    assert [asked for asked in server.asked if asked[0] == "/cdn"][1] == ("/cdn", "bytes=2000-", ETAG)


def test_a_redirect_loop_ends(server: Server, desk: Desk) -> None:
    server.says(refuse(302, Location="/tiny.pth"))
    assert desk.get().stage == "failed" and len(server.asked) <= 7 and not desk.files


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "data:,x"])
def test_only_https_is_asked(server: Server, tmp_path: Path, place: str) -> None:
    server.says(refuse(302, Location=place))
    desk = Desk(tmp_path / "sam", server.url("/tiny.pth"), schemes=("http",) if "http:" not in place else ("https",))
    assert desk.get().stage == "failed" and not desk.files
    assert Downloads({})._schemes == ("https",), "unless a test says otherwise"


def test_offline_tells_how_to_do_it_by_hand(server: Server, tmp_path: Path) -> None:
    address = server.url("/tiny.pth")
    server.shutdown()
    server.server_close()
    desk = Desk(tmp_path / "sam", address)
    progress = desk.get()
    assert progress.stage == "failed" and "refused" in str(progress.error)
    assert f"get {address} and put it into {tmp_path / 'sam'} as {NAME}" in str(progress.error) and desk.paused


def test_too_little_room_is_said_before_anything_is_asked(server: Server, desk: Desk) -> None:
    desk.free = 10_000_000
    progress = desk.get()
    assert progress.stage == "failed" and "10 MB free" in str(progress.error) and not server.asked and not desk.files


def test_a_folder_that_cannot_be_made_is_named(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    progress = Desk(tmp_path / "file" / "sam", server.url("/tiny.pth")).get()
    assert progress.stage == "failed" and "cannot be written to" in str(progress.error)


def test_cancelling_keeps_what_came_and_the_next_start_goes_on(server: Server, desk: Desk) -> None:
    halfway, go_on = threading.Event(), threading.Event()

    def slow(handler: Handler) -> None:
        handler.head(200, Content_Length=SIZE, ETag=ETAG)
        handler.wfile.write(CONTENT[:40_000])
        halfway.set()
        go_on.wait(5)
        handler.wfile.write(CONTENT[40_000:80_000])

    server.says(slow, whole())
    first = desk.downloads.start("tiny")
    assert first.running and halfway.wait(5)
    assert desk.downloads.start("tiny").running and len(server.asked) == 1, "one at a time"
    until = time.monotonic() + 5
    while (progress := desk.downloads.progress("tiny")) and progress.received < 36_000 and time.monotonic() < until:
        time.sleep(0.005)
    told = desk.downloads.cancel("tiny")
    assert told and told.stage == "cancelled", "at once, whatever the server does"
    desk.downloads.start("tiny")
    go_on.set()
    assert desk.downloads.wait("tiny", 5) and desk.arrived()
    assert len(server.asked) == 2 and str(server.asked[1][1]).startswith("bytes=")


def test_speed_and_time_left_are_told_while_it_runs(server: Server, desk: Desk, monkeypatch: Any) -> None:
    told: list[DownloadProgress] = []
    real = parts._next

    def spied(response: Any) -> bytes:
        progress = desk.downloads.progress("tiny")
        assert progress
        told.append(progress)
        return real(response)

    monkeypatch.setattr(parts, "_next", spied)
    server.says(whole())
    desk.get()
    last = told[-1]
    assert last.stage == "loading" and last.received == SIZE and last.speed > 0 and last.seconds_left == 0
    assert told[0].seconds_left is None
    assert [progress.received for progress in told] == sorted(progress.received for progress in told)


def test_closing_stops_what_runs(server: Server, desk: Desk) -> None:
    server.says(refuse(503))
    desk.downloads.start("tiny")
    desk.downloads.close()
    progress = desk.downloads.progress("tiny")
    assert progress and not progress.running


def test_only_known_names_are_taken(desk: Desk) -> None:
    for act in (desk.downloads.start, desk.downloads.cancel):
        with pytest.raises(DownloadError, match=r"no weight file “\.\./x”; known are tiny"):
            act("../x")
