"""A ServiceNow instance to talk with, built from the public documentation of its REST APIs: Table, Import Set and
Attachment API, OAuth, inbound rate limits, and the base system's incident with its states and data policies."""
