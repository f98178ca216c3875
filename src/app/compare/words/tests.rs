//! Sentences from tables made by hand.
