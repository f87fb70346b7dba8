"""The built-in domain for data work: a YAML file for each goal type, all one domain."""
