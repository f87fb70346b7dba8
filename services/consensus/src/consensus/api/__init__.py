"""The HTTP API of consensus: what is put to the vote, who said what and why, what came of it.

What people ask for is on the bus before the answer goes out; what is read was stored by the
machine. So the API holds nothing that a crash could lose.
"""
