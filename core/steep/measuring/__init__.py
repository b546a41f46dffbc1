"""Measuring: from scores to intervals, comparisons, a verdict and a report. It knows no metric by name."""
