"""Pages as a browser shows them, for outlets whose own pages hold nothing without one.

The browser is the system's Chromium in a process of its own, one at a time, killed at its limits. It reaches nothing
but our gate on loopback (``gate``), which gives it the page that was fetched already and asks for parts of it as
politely as for anything (``rules``): see docs/adr/0020-ways-to-an-outlet.md.
"""
