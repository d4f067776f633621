"""Tools for agents: the Model Context Protocol, and what its tools answer."""
