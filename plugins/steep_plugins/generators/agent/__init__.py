"""The generator `agent`: a model that may call tools on the way to its answer, within bounds."""
