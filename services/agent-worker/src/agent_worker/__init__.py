"""An agent carries tasks out in a ReAct loop over real data."""
