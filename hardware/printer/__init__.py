"""Receipt printers: paper from a document to bytes, over whatever line the printer hangs on."""
