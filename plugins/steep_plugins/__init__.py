"""The parts that come with steep: one folder a kind, one file a part. They import only steep's public names."""
