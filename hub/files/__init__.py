"""添付ファイル: what people attach to messages, notes and cases."""
