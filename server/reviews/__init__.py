"""Review by supervisors: return, approve, correct, settle."""
