"""How the starter adapter was made: its rows, its schedule and its loop."""
