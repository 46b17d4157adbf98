"""The official conformance kits, and the connector that they test with its scripted behaviour."""
