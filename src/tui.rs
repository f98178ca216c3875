//! The door with a screen: owns the terminal, feeds messages to the program and carries out its commands.
