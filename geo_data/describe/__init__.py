"""The schema in words: the documentation page, the empty workbook, the terminal."""
