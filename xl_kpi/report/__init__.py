"""One file for those who only read: what a plan's review says, as a web page or as a PDF."""
