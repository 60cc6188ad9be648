"""File formats: which can be opened here, what those that cannot are called, and tags that Pillow does not read."""
