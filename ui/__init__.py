"""What people see. Views draw, presenters decide, services do; Qt lives here alone."""
