"""連携 and ブランド・信頼: what is computed on one page, what is typed row by row on pages beside it."""
