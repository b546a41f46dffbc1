"""What happens: one file a flow, to be read from top to bottom."""
