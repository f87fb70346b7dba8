"""What passes between the parts: vocabulary, messages, topics, machines."""
