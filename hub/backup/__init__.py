"""控えと復元: database and files of one moment in one file, taken and put back while the hub runs (ADR 10)."""
