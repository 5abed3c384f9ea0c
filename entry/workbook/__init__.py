"""The unit's workbook given back: its lines (``reading``), whose rows they are (``matching``), what
they would write (``preview``), the same file with what could not be read marked (``marked``), and
the file itself between the pages (``kept``).
"""
