"""Each panel of the page as data: what it says, what it draws, the numbers behind it."""
