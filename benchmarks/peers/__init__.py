"""The same text set by other typesetters and by the press: what it costs, and what comes out."""
