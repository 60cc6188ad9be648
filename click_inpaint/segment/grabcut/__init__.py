"""The built-in segmenter: GrabCut, guided by a small network that ships with it. Needs NumPy and OpenCV alone."""
