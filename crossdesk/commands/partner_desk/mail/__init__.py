"""A desk behind a mailbox: it reads letters that come by SMTP and answers by SMTP, as the tools of such desks do."""
