package io.quorate.simulation;

/// Thrown out of a port to end a node in the middle of what it does. An error, so that nothing
/// catches it on its way.
final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1;

  SimulatedCrash() {
    super("simulated crash", null, false, false);
  }
}
