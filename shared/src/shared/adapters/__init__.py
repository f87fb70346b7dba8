"""The ports on SQLite, PostgreSQL and Kafka."""
