"""The exchange's use cases: publish, answer and send protocol messages, deliver, pull, withdraw, audit."""
