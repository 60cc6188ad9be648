"""The command-line client: one picture or a folder of them through one Web UI or several, over the Web UI's own API."""
