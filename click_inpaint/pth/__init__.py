"""PyTorch's weight files (.pth, .pt), read by code of our own: no pickle, no TorchScript, nothing that could run."""
