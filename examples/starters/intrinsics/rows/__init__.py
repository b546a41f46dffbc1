"""What is taught, as data: a module a job. See ``__main__`` for what a row is."""
