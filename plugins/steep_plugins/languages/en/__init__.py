"""English: how it is asked and what is asked for, as closed lists and rules. Nothing here holds for other languages."""
