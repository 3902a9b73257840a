"""The readers' web pages: subscribing, confirming, changing, leaving; without script or cookie."""
