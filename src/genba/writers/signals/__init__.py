"""Writers of signals in the formats that robotics and ML tools load."""
