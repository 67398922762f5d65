"""New sheets into a user's file, part by part; everything else stays byte for byte."""
