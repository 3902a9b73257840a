"""How even justified lines are: ours, the engine's, and those of other typesetters."""
