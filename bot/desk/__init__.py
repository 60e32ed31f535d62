"""The founder's desk: profile, matching, vouchers, deadlines."""
