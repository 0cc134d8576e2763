"""What is detected, written once as Ibis expressions: DuckDB runs them on one machine, Spark on many.

Times are whole milliseconds since 1970 and texts are never null, so that every engine counts alike. Nothing here
knows the database, and importing it takes half a second: a job or a command does, no page.
"""
