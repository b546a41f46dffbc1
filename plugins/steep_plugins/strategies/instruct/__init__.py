"""The strategy `instruct`. Importing this package does not import torch."""
