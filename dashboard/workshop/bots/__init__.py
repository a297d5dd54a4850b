"""Players that hold whole sessions against a running server, as people with phones would."""
