"""How long things take: a plan against writing the same cells by hand, the Excel functions against their bars."""
