"""Records raw signals at the machine; standard library only."""
