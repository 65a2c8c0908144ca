"""What `script/bench` measures, and the peers that it measures against."""
