"""Worlds of rooms: which there are, how they go on, what is kept and read of them.

`chains` says which worlds a room needs, `advance` plays them in warm processes from where they
are, `store` keeps their states, `reading` what screens need of them, `outcomes` sums readings up.
"""
