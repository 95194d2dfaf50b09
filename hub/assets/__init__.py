"""Scripts and styles: joined, packed, and under addresses that change with them."""
