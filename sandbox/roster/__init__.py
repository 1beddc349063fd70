"""The stand-in roster: a service that keeps influencers and takes signed events, by the roster contract."""
