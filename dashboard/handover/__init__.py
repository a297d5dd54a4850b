"""A comparison that leaves the site: one file that opens anywhere, and pages for paper."""
