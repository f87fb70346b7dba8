"""What people can ask for: a module for each goal type, and what makes a goal acceptable."""
