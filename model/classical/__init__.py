"""Colouring without a network: the classical methods the generator is measured against."""
