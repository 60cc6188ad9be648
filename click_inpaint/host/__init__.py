"""The only modules that import the host's `modules`: a small one for each thing that we need of the host."""
