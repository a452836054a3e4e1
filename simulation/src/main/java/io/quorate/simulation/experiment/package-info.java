/// Measures protocols against each other in the simulated world: what a write costs, how soon a new
/// leader takes over, and what becomes of a cluster whose nodes reach each other only in part. All
/// times are virtual; the same seed comes to the same figures.
@org.jspecify.annotations.NullMarked
package io.quorate.simulation.experiment;
