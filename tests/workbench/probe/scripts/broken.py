"""A script file that fails while it loads: reported, left out, and nobody else's trouble."""

raise RuntimeError("broken on purpose")
