"""The report as people see it: a page of templates and figures, and a table on a terminal.

The page is server-rendered HTML that loads nothing; its base template, style sheet and macros are those of every page
of steep. Figures are drawn by matplotlib, which is imported when the first one is drawn.
"""
