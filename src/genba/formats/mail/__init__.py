"""What mails of every format share: the message itself, and where its quoted history and its signature begin."""
