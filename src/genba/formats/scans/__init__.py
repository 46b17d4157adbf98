"""Pages as pictures: straightened, their rules and lines found, and what was read put together as a document."""
