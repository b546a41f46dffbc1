"""The page that people open: views made of templates and forms, which a little script makes quicker.

One module a view; ``frame`` makes a page of a template, ``faults`` one of an error. No other host is asked for
anything, and nothing on a page runs but the one script that is served here.
"""
