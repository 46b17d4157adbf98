"""The management API: one table of routes, from which requests are answered and OpenAPI is written."""
