"""The synthesizer `ask`: stretches by rules, their questions by a language model."""
