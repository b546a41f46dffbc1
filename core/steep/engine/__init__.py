"""Training: one loop for every strategy and every trainee, and what they share.

`course` is the loop; `plan` says what happens at which step; `checkpoint` keeps it over a kill. `objectives` says which
rows teach what, `packing` how rows lie side by side, `adapters` how they are saved and kept loaded, `device` what this
machine is fast at. torch is imported inside the functions that use it.
"""
