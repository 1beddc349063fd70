"""Messages to influencers, and the influencer's own page."""
