"""Plans of many worlds: designs, parallel runs that can be resumed, sensitivity, calibration.

The package drives `simulator` and knows nothing of pages; `dashboard` may show what it stores.
"""
