"""`python3 -m click_inpaint`: the client of a running Web UI."""

import sys

try:
    from click_inpaint.client.command import main
except ModuleNotFoundError as missing:
    sys.stderr.write(f"{missing}: run this with the Web UI's own Python, or install pillow and numpy.\n")
    raise SystemExit(2) from missing

if __name__ == "__main__":
    raise SystemExit(main())
