"""What knows what a mail is: drafts, SMTP, mailboxes, envelopes, the journal of a run."""
