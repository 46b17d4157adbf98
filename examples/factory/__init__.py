"""霧ヶ原精工: an invented maker of machined and pressed parts, its file share and the truth about it."""
