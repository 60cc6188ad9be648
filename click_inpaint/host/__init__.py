"""The only importers of the host's `modules`; one small file for each thing that the host is asked for."""
