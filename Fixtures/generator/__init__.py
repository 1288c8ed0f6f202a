"""The parts of Fixtures/generate.py: models of Keras, their golden outputs, damaged files, and tables of them."""
