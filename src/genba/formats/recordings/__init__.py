"""What several readers of recordings share: names of streams, nominal times, messages of robots and their layouts."""
