"""Language models: those that run here, and those that are served elsewhere. Importing this loads nothing heavy."""
