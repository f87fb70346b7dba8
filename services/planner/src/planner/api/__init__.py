"""The planner's HTTP API: goals come in and are steered here, and their plans can be read.

What is accepted is on the bus before the answer goes out; what is read was stored by the machine.
So the API holds nothing that a crash could lose.
"""
