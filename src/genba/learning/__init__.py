"""From windows of signals to features, detectors, their evaluation and their ONNX form. No effects."""
